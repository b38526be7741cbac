import { Injectable } from '@nestjs/common';
import { RequireToken } from '../../auth/require-scope.decorator.js';
import { CapabilityRegistry, type PromptEntry } from '../capability-registry.js';
import { McpMethod } from '../decorators/mcp-method.decorator.js';
import { InvalidParams } from '../json-rpc-error.js';
import { isObject } from '../json-rpc-message.js';
import type { RequestContext } from '../request-context.js';

/** The protocol's own limit (MCP server/utilities/completion). */
const MAX_VALUES = 100;

@Injectable()
export class CompletionMethods {
  constructor(private readonly registry: CapabilityRegistry) {}

  /** Needs the read scope of what it completes; `requiredScopes` adds it from the reference. */
  @McpMethod('completion/complete')
  @RequireToken()
  async complete(params: Record<string, unknown>, context: RequestContext): Promise<Record<string, unknown>> {
    const { argument } = params;
    if (
      !isObject(argument) ||
      typeof argument['name'] !== 'string' ||
      typeof argument['value'] !== 'string'
    ) {
      throw new InvalidParams('Invalid params: "argument" must have a "name" and a "value", both strings');
    }
    const complete = this.#completers(params['ref'], context)?.get(argument['name']);
    const values = complete ? await complete(argument['value'], othersOf(params['context'])) : [];
    return {
      completion: {
        values: values.slice(0, MAX_VALUES),
        total: values.length,
        hasMore: values.length > MAX_VALUES,
      },
    };
  }

  /** Of a prompt or a template; a resource without variables has none. @throws InvalidParams for what is not there */
  #completers(ref: unknown, context: RequestContext): PromptEntry['complete'] | undefined {
    if (!isObject(ref)) throw new InvalidParams('Invalid params: "ref" must be an object');
    switch (ref['type']) {
      case 'ref/prompt': {
        const name = text(ref, 'name');
        const prompt = context.sees(this.registry.prompts.get(name));
        if (prompt) return prompt.complete;
        throw new InvalidParams(`Unknown prompt: ${name}`);
      }
      case 'ref/resource': {
        const uri = text(ref, 'uri');
        if (context.sees(this.registry.resources.get(uri))) return undefined;
        const template = context.sees(this.registry.resourceTemplates.get(uri));
        if (template) return template.complete;
        throw new InvalidParams(`Unknown resource template: ${uri}`);
      }
      default:
        throw new InvalidParams('Invalid params: "ref.type" must be "ref/prompt" or "ref/resource"');
    }
  }
}

function text(ref: Record<string, unknown>, member: 'name' | 'uri'): string {
  const value = ref[member];
  if (typeof value === 'string') return value;
  throw new InvalidParams(`Invalid params: "ref.${member}" must be a string`);
}

/** The arguments that are filled in already (2025-06-18 and later). Anything but strings is left out. */
function othersOf(context: unknown): Record<string, string> {
  const others = isObject(context) && isObject(context['arguments']) ? context['arguments'] : {};
  const texts = Object.entries(others).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  );
  return Object.fromEntries(texts);
}
