import type { Change } from '../change-notifier.js';
import { InvalidParams } from '../json-rpc-error.js';
import { isObject } from '../json-rpc-message.js';

/** What a client listens for (2026-07-28, basic/patterns/subscriptions, "Notification Filter"). */
export interface SubscriptionFilter {
  toolsListChanged?: true;
  promptsListChanged?: true;
  resourcesListChanged?: true;
  resourceSubscriptions?: readonly string[];
}

const FLAGS = ['toolsListChanged', 'promptsListChanged', 'resourcesListChanged'] as const;
/** Resources that one stream can be subscribed to. */
export const MAX_RESOURCES = 256;
const MAX_URI_LENGTH = 4096;

/** @throws InvalidParams for anything that is no filter, or one that asks for more than 256 resources */
export function readFilter(value: unknown): SubscriptionFilter {
  if (!isObject(value)) throw new InvalidParams('Invalid params: "notifications" must be an object');
  const filter: SubscriptionFilter = {};
  for (const flag of FLAGS) {
    if (value[flag] !== undefined && typeof value[flag] !== 'boolean') {
      throw new InvalidParams(`Invalid params: "notifications.${flag}" must be true or false`);
    }
    if (value[flag] === true) filter[flag] = true;
  }
  const uris = value['resourceSubscriptions'];
  if (uris !== undefined) filter.resourceSubscriptions = readUris(uris);
  return filter;
}

function readUris(value: unknown): string[] {
  if (
    !Array.isArray(value) ||
    !value.every((uri) => typeof uri === 'string' && uri.length <= MAX_URI_LENGTH)
  ) {
    throw new InvalidParams('Invalid params: "notifications.resourceSubscriptions" must be a list of URIs');
  }
  const uris = [...new Set(value as string[])];
  if (uris.length > MAX_RESOURCES) {
    throw new InvalidParams(`Invalid params: one stream can be subscribed to ${MAX_RESOURCES} resources`);
  }
  return uris;
}

/** Whether a change is one that was asked for. */
export function matches(filter: SubscriptionFilter, resources: ReadonlySet<string>, change: Change): boolean {
  switch (change.kind) {
    case 'tools':
      return filter.toolsListChanged === true;
    case 'prompts':
      return filter.promptsListChanged === true;
    case 'resources':
      return filter.resourcesListChanged === true;
    case 'resource':
    default:
      return resources.has(change.uri);
  }
}
