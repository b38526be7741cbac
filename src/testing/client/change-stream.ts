import { EventStreamReader } from './event-stream-reader.js';
import type { McpPeer } from './mcp-peer.js';
import { McpTestError } from './mcp-test-error.js';
import type { Version } from './rpc-request.js';

/** What a client wants to hear of. */
export interface Followed {
  /** URIs of resources. */
  readonly resources?: readonly string[];
  readonly lists?: readonly ('tools' | 'prompts' | 'resources')[];
}

/** A change notification, such as `notifications/resources/updated` with `uri` among its parameters. */
export interface Change {
  readonly method: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** The changes that a client hears of: by `subscriptions/listen` in 2026-07-28, by the stream of the session before. */
export class ChangeStream implements AsyncDisposable {
  private constructor(private readonly stream: EventStreamReader) {}

  /** @throws McpTestError where the server refuses */
  static async open(peer: McpPeer, version: Version, followed: Followed): Promise<ChangeStream> {
    const uris = followed.resources ?? [];
    if (version === '2026-07-28') {
      const lists = followed.lists?.map((list) => [`${list}ListChanged`, true]) ?? [];
      const notifications = {
        ...Object.fromEntries(lists),
        ...(uris.length > 0 ? { resourceSubscriptions: uris } : {}),
      };
      const stream = await readerOf(
        'subscriptions/listen',
        await peer.post('subscriptions/listen', { notifications }),
      );
      // Acknowledged: from here on nothing is missed.
      await stream.message();
      return new ChangeStream(stream);
    }
    const stream = await peer.open();
    for (const uri of uris) await peer.result('resources/subscribe', { uri });
    return new ChangeStream(stream);
  }

  /** Waits for the next change. @throws Error at the end of the stream */
  async next(): Promise<Change> {
    const { method = '', params = {} } = await this.stream.message();
    return { method, params };
  }

  close(): Promise<void> {
    return this.stream.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

async function readerOf(method: string, response: Response): Promise<EventStreamReader> {
  const isStream = response.headers.get('content-type')?.startsWith('text/event-stream') === true;
  if (!response.ok || !isStream) throw await McpTestError.of(method, response);
  return new EventStreamReader(response);
}
