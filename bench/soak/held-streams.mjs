import { closeSession, mcpRequest, openSession } from './mcp-client.mjs';

const CHANGE_EVERY_MS = 5_000;
const RENEWED_EVERY_MS = 500;
const USERS = 10;
const CHANGED = 'notifications/resources/list_changed';

/**
 * Streams that stay open on all replicas: subscriptions/listen, and those of 2025-era sessions. Now and then one is let go of and another one
 * takes its place, and what they listen for happens. One that ends by itself is an error.
 */
export class HeldStreams {
  /** How many changes came down all of them. */
  changes = 0;
  opened = 0;
  #http;
  #replicas;
  #users = [];
  #open = [];
  #onError;
  #timers = [];
  #renewing = Promise.resolve();

  /** @param {(error: Error) => void} onError */
  constructor(http, replicas, onError) {
    this.#http = http;
    this.#replicas = replicas;
    this.#onError = onError;
  }

  async open(users, counts) {
    for (let index = 0; index < USERS; index++) this.#users.push(await users.newUser());
    for (const [era, count] of Object.entries(counts)) {
      for (let index = 0; index < count; index++) await this.#openOne(era);
    }
    this.#timers = [
      setInterval(() => this.#replicas.changeResources(), CHANGE_EVERY_MS),
      setInterval(() => {
        this.#renewing = this.#renewing.then(() => this.#renewOne()).catch(this.#onError);
      }, RENEWED_EVERY_MS),
    ];
  }

  async close() {
    for (const timer of this.#timers) clearInterval(timer);
    await this.#renewing;
    await Promise.all(this.#open.splice(0).map((stream) => stream.close()));
  }

  async #renewOne() {
    const [oldest] = this.#open.splice(0, 1);
    await oldest.close();
    await this.#openOne(oldest.era);
  }

  async #openOne(era) {
    const token = this.#users[this.opened++ % USERS].accessToken;
    const session = era === '2025-11-25' ? await openSession(this.#http, token) : undefined;
    const request = session
      ? {
          headers: {
            accept: 'text/event-stream',
            authorization: `Bearer ${token}`,
            'mcp-session-id': session.sessionId,
            'mcp-protocol-version': era,
          },
          to: session.to,
        }
      : mcpRequest(token, {
          era,
          method: 'subscriptions/listen',
          params: { notifications: { resourcesListChanged: true, toolsListChanged: true } },
        });
    const { status, text, response } = await this.#http.send('/mcp', { ...request, stream: true });
    if (!response) throw new Error(`a stream was refused: ${status} ${text.slice(0, 300)}`);
    const stream = { era, ours: false };
    stream.close = async () => {
      stream.ours = true;
      response.destroy();
      if (session) await closeSession(this.#http, token, session);
    };
    response.setEncoding('utf8');
    response.on('data', (chunk) => (this.changes += chunk.split(CHANGED).length - 1));
    response.on('error', () => undefined);
    response.once('close', () => {
      if (!stream.ours) this.#onError(new Error(`a stream of ${era} ended by itself`));
    });
    this.#open.push(stream);
  }
}
