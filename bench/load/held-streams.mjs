import { connect } from 'node:net';

/** Read into by all sockets: what came is looked at before the next read. */
const BUFFER = Buffer.allocUnsafe(64 * 1024);
/** How many are opened at the same time. */
const AT_ONCE = 64;
const TIMEOUT_MS = 20_000;

/** Streams of `subscriptions/listen` (2026-07-28) that stay open, and what came down them. */
export class HeldStreams {
  #port;
  #sockets = [];
  #errors = [];
  #changes = 0;
  #keepAlives = 0;
  #closing = false;

  constructor(port) {
    this.#port = port;
  }

  /** One stream for each request. Resolves when all are acknowledged. @throws Error for a stream that is refused */
  async open(requests) {
    const waiting = requests.values();
    const openNext = async () => {
      for (const request of waiting) await this.#openOne(request);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, openNext));
  }

  /** `changes`: how many times a stream was told of a change of tools. `errors`: what ended streams that should be open. */
  get state() {
    return {
      open: this.#sockets.filter((socket) => !socket.destroyed).length,
      changes: this.#changes,
      keepAlives: this.#keepAlives,
      errors: this.#errors,
    };
  }

  close() {
    this.#closing = true;
    for (const socket of this.#sockets) socket.destroy();
  }

  #openOne(request) {
    return new Promise((resolve, reject) => {
      let pending = '';
      const ended = (reason) => {
        if (!this.#closing) this.#errors.push(reason);
        reject(new Error(reason));
      };
      const timeout = setTimeout(() => ended(`no acknowledgement: ${pending.slice(0, 500)}`), TIMEOUT_MS);
      const acknowledged = () => {
        clearTimeout(timeout);
        resolve();
      };
      const read = (length) => {
        const parts = (pending + BUFFER.toString('latin1', 0, length)).split('\n\n');
        pending = parts.pop();
        for (const part of parts) {
          if (part.includes('notifications/subscriptions/acknowledged')) acknowledged();
          else if (part.includes('notifications/tools/list_changed')) this.#changes++;
          else if (part.includes(': keep-alive')) this.#keepAlives++;
          else this.#errors.push(`unexpected: ${part}`);
        }
        return true;
      };
      const socket = connect({
        port: this.#port,
        host: '127.0.0.1',
        noDelay: true,
        onread: { buffer: BUFFER, callback: read },
      });
      socket.on('connect', () => socket.write(request));
      socket.on('error', (error) => ended(error.message));
      socket.on('close', () => ended(`the server closed a stream: ${pending.slice(0, 500)}`));
      this.#sockets.push(socket);
    });
  }
}
