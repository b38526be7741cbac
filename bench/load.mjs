import { connect } from 'node:net';

const CONNECTIONS = 16;

/**
 * Sends the requests in turn over keep-alive connections, one at a time on each, and compares the body of every answer.
 * @param {{ port: number, requests: Buffer[], body: Buffer, seconds: number }} options
 * @returns {Promise<{ requests: number, seconds: number }>}
 */
export async function load({ port, requests, body, seconds }) {
  const contentLength = Buffer.from(`\r\nContent-Length: ${body.length}\r\n`);
  let sent = 0;
  let answered = 0;
  const started = performance.now();
  const end = started + seconds * 1000;
  const connection = () =>
    new Promise((resolve, reject) => {
      const socket = connect(port, '127.0.0.1');
      socket.setNoDelay(true);
      let received = Buffer.alloc(0);
      const next = () => socket.write(requests[sent++ % requests.length]);
      socket.on('connect', next);
      socket.on('error', reject);
      socket.on('close', resolve);
      socket.on('data', (chunk) => {
        received = received.length === 0 ? chunk : Buffer.concat([received, chunk]);
        const headEnd = received.indexOf('\r\n\r\n');
        if (headEnd === -1) return;
        // Judged before its body is waited for: a shorter answer would be waited for forever.
        const promised = hasExpectedHead(received, headEnd, contentLength);
        if (promised && received.length < headEnd + 4 + body.length) return;
        if (!promised || !isExpected(received, headEnd, body)) {
          socket.destroy(new Error(`unexpected answer: ${received.toString().slice(0, 500)}`));
          return;
        }
        received = Buffer.alloc(0);
        answered++;
        if (performance.now() < end) next();
        else socket.end();
      });
    });
  let done = false;
  // Polls instead of sleeping: waking this process would be charged to the server that writes, and more to the slower one.
  const poll = () => done || setImmediate(poll);
  poll();
  await Promise.all(Array.from({ length: CONNECTIONS }, connection));
  done = true;
  return { requests: answered, seconds: (performance.now() - started) / 1000 };
}

function isExpected(received, headEnd, body) {
  return (
    received.length === headEnd + 4 + body.length && received.compare(body, 0, body.length, headEnd + 4) === 0
  );
}

function hasExpectedHead(received, headEnd, contentLength) {
  const at = received.indexOf(contentLength);
  return at !== -1 && at <= headEnd && received.subarray(0, 15).toString() === 'HTTP/1.1 200 OK';
}

if (process.send) {
  process.on('message', ({ port, requests, body, seconds }) => {
    load({
      port,
      requests: requests.map((text) => Buffer.from(text)),
      body: Buffer.from(body),
      seconds,
    }).then(
      (result) => process.send(result),
      (error) => process.send({ error: error.message }),
    );
  });
  process.on('disconnect', () => process.exit(0));
}
