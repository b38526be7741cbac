import type { ListVisibility } from '../config/mcp-environment.js';

/** How this server shows its capabilities to clients. */
export abstract class Presentation {
  /** What becomes of a capability in a list when the caller's token does not cover it. */
  abstract readonly listVisibility: ListVisibility;
  /** Whether tools carry `securitySchemes`, and a `tools/call` without a scope is answered with a tool result (OpenAI Apps SDK). */
  abstract readonly securitySchemes: boolean;
}
