import { DiscoveryService } from '@nestjs/core';
import type { CapabilitySchema } from '../standard-schema.js';
import type { Icon } from './presentation.js';

export interface ToolAnnotations {
  title?: string;
  readOnlyHint?: boolean;
  destructiveHint?: boolean;
  idempotentHint?: boolean;
  openWorldHint?: boolean;
}

export interface ToolOptions {
  /** 1 to 128 characters of `A-Z a-z 0-9 _ - . /`, unique in the server. */
  name: string;
  title?: string;
  description: string;
  /** Checked before the method is called; the method gets the parsed value. Left out: the tool takes no arguments. */
  input?: CapabilitySchema;
  /** Where present, what the method returns is checked against it and sent as `structuredContent` too. */
  output?: CapabilitySchema;
  annotations?: ToolAnnotations;
  icons?: readonly Icon[];
  _meta?: Readonly<Record<string, unknown>>;
}

export const ToolMetadata = DiscoveryService.createDecorator<ToolOptions>();

/**
 * Makes a method of a provider an MCP tool. The method is called with the parsed arguments and the `McpContext`, and returns a
 * string, a `ToolResult`, or, with `output`, the structured value. A `ToolError` is an answer that the model reads; any other
 * error is logged and hidden.
 */
export function Tool(options: ToolOptions): MethodDecorator {
  return ToolMetadata(options);
}
