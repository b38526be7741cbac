import type { ToolDescription, ToolEntry } from './capability-registry.js';
import type { Era } from './protocol-version.js';

/** A tool as `tools/list` shows it to the clients of an era. */
export function toolDescription(tool: ToolEntry, era: Era): ToolDescription {
  if (hasOutputSchema(tool, era)) return tool.description;
  const { outputSchema: _outputSchema, ...description } = tool.description;
  return description;
}

/**
 * The same, with what a call of it takes in the words of the OpenAI Apps SDK ("Authentication"): `securitySchemes`, and the copy of it in
 * `_meta` for clients whose library drops what MCP does not know.
 */
export function withSecuritySchemes(
  description: ToolDescription,
  scopes: readonly string[],
): ToolDescription {
  const securitySchemes = [{ type: 'oauth2', scopes }];
  return {
    ...description,
    securitySchemes,
    _meta: { ...description._meta, securitySchemes },
  } as ToolDescription;
}

/**
 * Whether the clients of an era get structured content of a tool. Before 2026-07-28 its schema had to be that of an object, and clients
 * refuse the whole list where it is not (schema 2025-11-25, `Tool.outputSchema`); they get the text alone.
 */
export function hasOutputSchema({ description: { outputSchema } }: ToolEntry, era: Era): boolean {
  return outputSchema !== undefined && (era === 'modern' || outputSchema['type'] === 'object');
}
