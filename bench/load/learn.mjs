import { connect } from 'node:net';

const TIMEOUT_MS = 30_000;

/**
 * Asks once and keeps the answer: `raw` is its body as it went over the wire, `text` the message in it, whether it came with a length, in
 * chunks or as a server-sent event.
 * @returns {Promise<{ raw: Buffer, text: string }>}
 */
export function learn(port, request) {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(request));
    const chunks = [];
    socket.setTimeout(TIMEOUT_MS, () => socket.destroy(new Error('no answer')));
    socket.on('error', reject);
    socket.on('close', () => reject(new Error('the server closed the connection')));
    socket.on('data', (chunk) => {
      chunks.push(chunk);
      const answer = complete(Buffer.concat(chunks));
      if (!answer) return;
      socket.destroy();
      if (answer.status === 200) resolve({ raw: answer.raw, text: message(answer) });
      else reject(new Error(`${answer.status}: ${answer.raw.toString()}`));
    });
  });
}

function complete(received) {
  const end = received.indexOf('\r\n\r\n');
  if (end === -1) return undefined;
  const head = received.toString('latin1', 0, end).toLowerCase();
  const raw = received.subarray(end + 4);
  const length = /\r\ncontent-length: (\d+)/.exec(head)?.[1];
  const chunked = length === undefined;
  if (chunked ? !raw.toString('latin1').endsWith('0\r\n\r\n') : raw.length < Number(length)) return undefined;
  return { status: Number(head.slice(9, 12)), chunked, events: head.includes('text/event-stream'), raw };
}

function message({ chunked, events, raw }) {
  const text = (chunked ? joined(raw) : raw).toString();
  return events ? (/^data: ?(\{.*)$/m.exec(text)?.[1] ?? text) : text;
}

/** RFC 9112 section 7.1. */
function joined(raw) {
  const parts = [];
  let at = 0;
  for (;;) {
    const lineEnd = raw.indexOf('\r\n', at);
    const size = Number.parseInt(raw.toString('latin1', at, lineEnd), 16);
    if (!(size > 0)) return Buffer.concat(parts);
    parts.push(raw.subarray(lineEnd + 2, lineEnd + 2 + size));
    at = lineEnd + 2 + size + 2;
  }
}
