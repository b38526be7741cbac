import type { Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { closeLingering, LINGER_MS } from './lingering-close.js';

/** The connections of a server, for its stop: which to let go of, and which to tell that they end. */
export class Connections {
  /** Each with the last answer on it; undefined where nothing was ever asked. */
  readonly #answers = new Map<Socket, ServerResponse | undefined>();
  #draining = false;

  /** `lingerMs`: how long the rest of a request is read whose answer is there already. */
  constructor(server: Server, lingerMs = LINGER_MS) {
    const answers = this.#answers;
    const answerOn = (socket: Socket): ServerResponse | undefined => answers.get(socket);
    const onClose = function (this: Socket): void {
      answers.delete(this);
    };
    server.on('connection', (socket: Socket) => {
      answers.set(socket, undefined);
      closeLingering(socket, answerOn, lingerMs);
      // One listener for all of them.
      socket.on('close', onClose);
    });
  }

  /** A request has come on that connection. */
  asked(socket: Socket, answer: ServerResponse): void {
    this.#answers.set(socket, answer);
    if (this.#draining) answer.setHeader('Connection', 'close');
  }

  /**
   * Nothing has gone over that connection for a while. Lets go of a client that does not read what it was answered, and of one that asks nothing more;
   * one that waits for an answer stays.
   */
  silent(socket: Socket): void {
    if (socket.writableLength > 0 || this.#answers.get(socket)?.writableFinished === true) socket.destroy();
  }

  /** How many connections there are on which something was asked. */
  get used(): number {
    let count = 0;
    for (const answer of this.#answers.values()) if (answer !== undefined) count += 1;
    return count;
  }

  /**
   * From now on every answer says that its connection ends with it (RFC 9112 section 9.6), those that are being worked on too: clients
   * then come back on another connection, and none loses a request to a close that crosses it.
   */
  drain(): void {
    this.#draining = true;
    for (const answer of this.#answers.values()) {
      if (answer && !answer.headersSent) answer.setHeader('Connection', 'close');
    }
  }

  /**
   * Lets go of those that have not sent a byte, such as those that browsers and connection pools open ahead. Node counts them neither as
   * idle nor as answered, so that they would hold up the stop of a server until they time out.
   */
  closeUnused(): void {
    for (const [socket, answer] of this.#answers) {
      if (answer === undefined && socket.bytesRead === 0) socket.destroy();
    }
  }
}
