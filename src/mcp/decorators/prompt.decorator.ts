import { DiscoveryService } from '@nestjs/core';
import type { z } from 'zod';
import type { Icon } from './presentation.js';

/**
 * Suggests values for an argument from what was typed so far. `host` is the provider that declares it, `others` the arguments that
 * the user has filled in already (`context.arguments` of completion/complete).
 */
export type Completer<Host = never> = (
  host: Host,
  value: string,
  others: Readonly<Record<string, string>>,
) => readonly string[] | Promise<readonly string[]>;

export interface PromptOptions<Host> {
  name: string;
  title?: string;
  description: string;
  /** String arguments; `.describe()` of each is shown to the user. */
  arguments?: z.ZodObject;
  /** Completion by argument name. */
  complete?: Readonly<Record<string, Completer<Host>>>;
  icons?: readonly Icon[];
  _meta?: Readonly<Record<string, unknown>>;
}

export const PromptMetadata = DiscoveryService.createDecorator<PromptOptions<never>>();

/** Makes a method an MCP prompt. It is called with the parsed arguments and the `McpContext` and returns a `PromptResult`. */
export function Prompt<Host = never>(options: PromptOptions<Host>): MethodDecorator {
  return PromptMetadata(options);
}
