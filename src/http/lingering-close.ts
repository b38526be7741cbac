import type { ServerResponse } from 'node:http';
import { Socket } from 'node:net';

/** Milliseconds. */
export const LINGER_MS = 2_000;

/**
 * Lets a connection end gently where the answer came before its request had ended, as that to a body which is too large: what is still on its way
 * is read and thrown away until the client closes too, or for so long. A connection that is closed with bytes unread is reset, and the reset
 * may overtake the answer (RFC 9112 section 9.6): a proxy in front then makes a 502 of it.
 */
export function closeLingering(
  socket: Socket,
  answerOn: (socket: Socket) => ServerResponse | undefined,
  lingerMs: number,
): void {
  socket.destroySoon = (): void => {
    if (answerOn(socket)?.req.complete === false) linger(socket, lingerMs);
    else Socket.prototype.destroySoon.call(socket);
  };
}

function linger(socket: Socket, lingerMs: number): void {
  const timer = setTimeout(() => socket.destroy(), lingerMs);
  socket.once('end', () => socket.destroy());
  socket.once('close', () => clearTimeout(timer));
  socket.end();
}
