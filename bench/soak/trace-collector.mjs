import { once } from 'node:events';
import { createServer } from 'node:http';

/** Takes every trace that is sent, and keeps none. */
export async function startTraceCollector() {
  const state = { bytes: 0 };
  const server = createServer((request, response) => {
    request.on('data', (chunk) => (state.bytes += chunk.length));
    request.on('end', () => response.writeHead(200, { 'Content-Type': 'application/json' }).end('{}'));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    endpoint: `http://127.0.0.1:${server.address().port}`,
    bytes: () => state.bytes,
    stop: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
