import type { EventStreamReader, StreamEvent } from '../support/event-stream-reader.js';

/** Reads on to the event that tells of a change of that resource. */
export async function updateOf(stream: EventStreamReader, uri: string): Promise<StreamEvent> {
  for (;;) {
    const event = await stream.next();
    if (!event) throw new Error(`the stream ended without a change of ${uri}`);
    const { method, params } = event.message ?? {};
    if (method === 'notifications/resources/updated' && params?.['uri'] === uri) return event;
  }
}

/** The same for the first change of all: it is made again as long as nobody watches yet. `trip`: a request and its answer. */
export async function firstUpdateOf(
  stream: EventStreamReader,
  uri: string,
  change: (text: string) => void,
  trip: () => Promise<unknown>,
): Promise<StreamEvent> {
  const heard = updateOf(stream, uri);
  const isHeard = heard.then(() => true);
  for (let count = 0; ; count++) {
    change(`change ${count}`);
    if (await Promise.race([isHeard, trip().then(() => false)])) return heard;
  }
}
