import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/**
 * Connections on which nothing was ever asked, such as those that browsers and connection pools open ahead. Node counts them neither as
 * idle nor as answered, so that they would hold up the stop of a server until they time out.
 */
export class UnusedConnections {
  readonly #sockets = new Set<Socket>();

  constructor(server: Server) {
    const forget = (socket: Socket): void => this.used(socket);
    function onClose(this: Socket): void {
      forget(this);
    }
    server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket);
      socket.on('close', onClose);
    });
  }

  /** A request has come on that connection. */
  used(socket: Socket): void {
    this.#sockets.delete(socket);
  }

  /** Lets go of those that have not sent a byte. */
  close(): void {
    for (const socket of this.#sockets) if (socket.bytesRead === 0) socket.destroy();
  }
}
