import type { ToolAnnotations } from '../mcp/decorators/tool.decorator.js';

/** A calculation changes nothing and reaches nothing. */
export const CALCULATION: ToolAnnotations = {
  readOnlyHint: true,
  idempotentHint: true,
  openWorldHint: false,
};
