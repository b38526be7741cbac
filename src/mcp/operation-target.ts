import { isObject } from './json-rpc-message.js';

export interface OperationTarget {
  readonly type: 'tool' | 'prompt' | 'resource';
  /** As the client wrote it. */
  readonly name: string;
}

/** What an operation names, whether it is registered or not. */
export function operationTarget(
  method: string,
  params: Readonly<Record<string, unknown>>,
): OperationTarget | undefined {
  switch (method) {
    case 'tools/call':
      return named('tool', params['name']);
    case 'prompts/get':
      return named('prompt', params['name']);
    case 'resources/read':
    case 'resources/subscribe':
    case 'resources/unsubscribe':
      return named('resource', params['uri']);
    case 'completion/complete': {
      const { ref } = params;
      if (!isObject(ref)) return undefined;
      return ref['type'] === 'ref/prompt' ? named('prompt', ref['name']) : named('resource', ref['uri']);
    }
    default:
      return undefined;
  }
}

function named(type: OperationTarget['type'], name: unknown): OperationTarget | undefined {
  return typeof name === 'string' ? { type, name } : undefined;
}
