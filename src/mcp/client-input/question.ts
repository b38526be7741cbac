import { LRUCache } from 'lru-cache';
import { jsonSchema } from '../json-schema.js';
import { isObject } from '../json-rpc-message.js';
import type { CapabilitySchema } from '../standard-schema.js';
import type { ClientCapabilities, Elicitation, Sampling } from './client-input.js';
import { MissingClientCapability } from './missing-client-capability.js';

/** A request from the server to the client (2025 era), or a member of `inputRequests` (2026-07-28). */
export interface Question {
  readonly method: 'elicitation/create' | 'sampling/createMessage' | 'roots/list';
  readonly params?: Elicitation | Sampling;
}

/** @throws MissingClientCapability where the client did not declare that it can answer such a question */
export function requireCapability({ method, params }: Question, declared: ClientCapabilities): void {
  switch (method) {
    case 'elicitation/create':
      return requireElicitation((params as Elicitation).mode ?? 'form', declared['elicitation']);
    case 'sampling/createMessage':
      if (!isObject(declared['sampling'])) throw new MissingClientCapability({ sampling: {} });
      return;
    case 'roots/list':
      if (!isObject(declared['roots'])) throw new MissingClientCapability({ roots: {} });
  }
}

/** An empty `elicitation` means forms only (client/elicitation, "Capabilities"). */
function requireElicitation(mode: 'form' | 'url', declared: unknown): void {
  if (!isObject(declared))
    throw new MissingClientCapability({ elicitation: mode === 'url' ? { url: {} } : {} });
  const hasForm = 'form' in declared || !('url' in declared);
  if (mode === 'url' ? !('url' in declared) : !hasForm) {
    throw new MissingClientCapability({ elicitation: { [mode]: {} } });
  }
}

/** Whether what the client sent answers the question: its shape, and for a form the schema that was asked for. */
export function isAnswer({ method, params }: Question, answer: unknown): boolean {
  if (!isObject(answer)) return false;
  switch (method) {
    case 'elicitation/create':
      return isElicitationAnswer(params as Elicitation, answer);
    case 'sampling/createMessage':
      return (
        typeof answer['role'] === 'string' &&
        typeof answer['content'] === 'object' &&
        answer['content'] !== null
      );
    case 'roots/list':
    default:
      return (
        Array.isArray(answer['roots']) &&
        answer['roots'].every((root) => isObject(root) && typeof root['uri'] === 'string')
      );
  }
}

function isElicitationAnswer(question: Elicitation, { action, content }: Record<string, unknown>): boolean {
  if (action === 'decline' || action === 'cancel') return true;
  if (action !== 'accept') return false;
  if (question.mode === 'url') return true;
  return 'value' in formSchema(question.requestedSchema)['~standard'].validate(content ?? {});
}

/** A form is asked for again and again; compiling its schema costs more than everything else about it. */
const formSchemas = new LRUCache<string, CapabilitySchema>({ max: 100 });

function formSchema(requestedSchema: Record<string, unknown>): CapabilitySchema {
  const key = JSON.stringify(requestedSchema);
  let schema = formSchemas.get(key);
  if (!schema) formSchemas.set(key, (schema = jsonSchema(requestedSchema)));
  return schema;
}
