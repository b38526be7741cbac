import type { ToolDescription, ToolEntry } from './capability-registry.js';
import type { Era } from './protocol-version.js';

/** A tool as `tools/list` shows it to the clients of an era. */
export function toolDescription(tool: ToolEntry, era: Era): ToolDescription {
  if (hasOutputSchema(tool, era)) return tool.description;
  const { outputSchema: _outputSchema, ...description } = tool.description;
  return description;
}

/**
 * Whether the clients of an era get structured content of a tool. Before 2026-07-28 its schema had to be that of an object, and clients
 * refuse the whole list where it is not (schema 2025-11-25, `Tool.outputSchema`); they get the text alone.
 */
export function hasOutputSchema({ description: { outputSchema } }: ToolEntry, era: Era): boolean {
  return outputSchema !== undefined && (era === 'modern' || outputSchema['type'] === 'object');
}
