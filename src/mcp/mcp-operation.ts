import { canonicalUri } from '../auth/policies/canonical-uri.js';
import type { Operation, TargetKind } from '../auth/scope-policy.js';
import { isObject } from './json-rpc-message.js';

const NO_ARGUMENTS: Readonly<Record<string, unknown>> = Object.freeze({});

/** An operation as policies see it. What few of them ask for is worked out when it is asked for. */
export class McpOperation implements Operation {
  constructor(
    readonly method: string,
    readonly parameters: Readonly<Record<string, unknown>>,
    readonly kind?: TargetKind,
    /** The target as the client wrote it. */
    readonly name?: string,
  ) {}

  get target(): string | undefined {
    return this.kind === 'resource' ? canonicalUri(this.name as string) : this.name;
  }

  get arguments(): Readonly<Record<string, unknown>> {
    const { arguments: args, argument, context } = this.parameters;
    if (this.method !== 'completion/complete') return isObject(args) ? args : NO_ARGUMENTS;
    const others = isObject(context) && isObject(context['arguments']) ? context['arguments'] : NO_ARGUMENTS;
    return isObject(argument) && typeof argument['name'] === 'string'
      ? { ...others, [argument['name']]: argument['value'] }
      : others;
  }
}
