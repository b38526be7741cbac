import { decodeProtectedHeader } from 'jose';
import { setTimeout as sleep } from 'node:timers/promises';
import { EventStreamReader } from '../support/event-stream-reader.js';
import { McpPeer } from '../support/mcp-peer.js';
import { INSPECTOR, redeem, tokenFor } from '../support/oauth-flow.js';

const FLOWS_AT_ONCE = 2;
const CALLERS = 6;
const STREAMS = 8;
const PAUSE_MS = 30;
const PATIENCE_MS = 30_000;

export interface Failure {
  readonly what: 'flow' | 'call' | 'stream';
  readonly reason: string;
}

/**
 * What users do all the time: whole authorization flows with a refresh, MCP calls on connections that are kept, and streams that are opened
 * again when they end. Each counts what worked, and keeps what failed; a failed one is not tried again.
 */
export class Traffic {
  readonly done = { flow: 0, call: 0, stream: 0 };
  #failures: Failure[] = [];
  readonly #signedWith = new Set<unknown>();
  #running: Promise<void>[] = [];
  readonly #stop = new AbortController();

  constructor(private readonly origin: string) {}

  start(token: string): void {
    const peer = (): Promise<McpPeer> =>
      McpPeer.connect({ url: `${this.origin}/mcp`, token, version: '2026-07-28' });
    this.#running = [
      ...Array.from({ length: FLOWS_AT_ONCE }, () => this.#constantly('flow', () => this.#flow())),
      ...Array.from({ length: CALLERS }, () => this.#constantly('call', async () => call(await peer()))),
      ...Array.from({ length: STREAMS }, () =>
        this.#constantly('stream', async () => follow(await peer(), this.#stop.signal)),
      ),
    ];
  }

  /** What failed since it was last asked for. */
  failures(): Failure[] {
    const failed = this.#failures;
    this.#failures = [];
    return failed;
  }

  /** Resolves when so many more have worked. @throws Error with the last failures when they do not within half a minute */
  goesOn({ flow = 5, call: calls = 5 }: Partial<Record<'flow' | 'call', number>> = {}): Promise<void> {
    const [flows, called] = [this.done.flow + flow, this.done.call + calls];
    return this.#until(() => this.done.flow >= flows && this.done.call >= called);
  }

  /** Resolves when the tokens of new flows are signed with a key that none was signed with before. */
  meetsNewKey(): Promise<void> {
    const known = this.#signedWith.size;
    return this.#until(() => this.#signedWith.size > known);
  }

  async #until(reached: () => boolean): Promise<void> {
    const deadline = performance.now() + PATIENCE_MS;
    while (!reached()) {
      if (performance.now() > deadline) {
        throw new Error(`it does not go on: ${JSON.stringify([this.done, this.#failures.slice(-3)])}`);
      }
      await sleep(PAUSE_MS);
    }
  }

  async end(): Promise<void> {
    this.#stop.abort();
    await Promise.all(this.#running);
  }

  async #constantly(what: Failure['what'], work: () => Promise<void>): Promise<void> {
    while (!this.#stop.signal.aborted) {
      try {
        await work();
        this.done[what]++;
      } catch (error) {
        if (!this.#stop.signal.aborted) this.#failures.push({ what, reason: reasonOf(error) });
      }
      await sleep(PAUSE_MS);
    }
  }

  async #flow(): Promise<void> {
    const { access_token, refresh_token } = await tokenFor(this.origin);
    this.#signedWith.add(decodeProtectedHeader(access_token).kid);
    const response = await redeem(this.origin, {
      grant_type: 'refresh_token',
      refresh_token,
      client_id: INSPECTOR.clientId,
    });
    const answer = await response.text();
    if (response.status !== 200) throw new Error(`${response.status} ${answer}`);
  }
}

async function call(peer: McpPeer): Promise<void> {
  const response = await peer.post('tools/call', { name: 'add', arguments: { numbers: [1, 2] } });
  const answer = await response.text();
  if (response.status !== 200 || !answer.includes('3.0000000000'))
    throw new Error(`${response.status} ${answer}`);
}

/** Until the stream has ended as the protocol says that it does: with its result. */
async function follow(peer: McpPeer, signal: AbortSignal): Promise<void> {
  const response = await peer.post(
    'subscriptions/listen',
    { notifications: { toolsListChanged: true } },
    { signal },
  );
  if (response.status !== 200) throw new Error(`${response.status} ${await response.text()}`);
  const reader = new EventStreamReader(response);
  for (;;) {
    const event = await reader.next();
    if (event === undefined) throw new Error('the stream ended without its result');
    if (event.message?.result?.['resultType'] === 'complete') return;
  }
}

function reasonOf(error: unknown): string {
  const { message, cause } = error as Error;
  return cause instanceof Error ? `${message}: ${cause.message}` : message;
}
