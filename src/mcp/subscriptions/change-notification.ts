import type { Change } from '../change-notifier.js';

export interface Notification {
  readonly jsonrpc: '2.0';
  readonly method: string;
  readonly params?: Readonly<Record<string, unknown>>;
}

/** The notification that tells of a change. `meta`: what it carries in `_meta`. */
export function changeNotification(change: Change, meta?: Readonly<Record<string, unknown>>): Notification {
  const _meta = meta === undefined ? {} : { _meta: meta };
  if (change.kind === 'resource') {
    return {
      jsonrpc: '2.0',
      method: 'notifications/resources/updated',
      params: { uri: change.uri, ..._meta },
    };
  }
  const method = `notifications/${change.kind}/list_changed`;
  return meta === undefined ? { jsonrpc: '2.0', method } : { jsonrpc: '2.0', method, params: _meta };
}
