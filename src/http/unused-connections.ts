import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/**
 * Connections on which nothing was ever asked, such as those that browsers and connection pools open ahead. Node counts them neither as
 * idle nor as answered, so that they would hold up the stop of a server until they time out.
 */
export class UnusedConnections {
  readonly #sockets = new Set<Socket>();
  /** One for all of them; of a connection that is in use it is taken off again. */
  readonly #onClose: (this: Socket) => void;

  constructor(server: Server) {
    const sockets = this.#sockets;
    this.#onClose = function (this: Socket) {
      sockets.delete(this);
    };
    server.on('connection', (socket: Socket) => {
      sockets.add(socket);
      socket.on('close', this.#onClose);
    });
  }

  /** A request has come on that connection. */
  used(socket: Socket): void {
    if (this.#sockets.delete(socket)) socket.off('close', this.#onClose);
  }

  /** Lets go of those that have not sent a byte. */
  close(): void {
    for (const socket of this.#sockets) if (socket.bytesRead === 0) socket.destroy();
  }
}
