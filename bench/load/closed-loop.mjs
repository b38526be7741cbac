import { percentiles } from './latencies.mjs';
import { poll } from './poll.mjs';

/**
 * Every connection asks as soon as it has its answer: as much as the server can do. Latencies are those of a saturated server.
 * @param {import('./pool.mjs').Pool} pool
 * @param {{ seconds: number, minimumRequests?: number }} options
 */
export async function closedLoop(pool, { seconds, minimumRequests = 0 }) {
  const stopPolling = poll();
  try {
    const result = await pool.run((done) => {
      const latencies = [];
      const sentAt = new Map();
      const started = performance.now();
      const end = started + seconds * 1000;
      let running = pool.connections.length;
      for (const connection of pool.connections) {
        sentAt.set(connection, performance.now());
        pool.ask(connection);
      }
      return (connection) => {
        const now = performance.now();
        latencies.push(now - sentAt.get(connection));
        if (now < end || latencies.length < minimumRequests) {
          sentAt.set(connection, now);
          pool.ask(connection);
        } else if (--running === 0) {
          done({
            requests: latencies.length,
            seconds: (now - started) / 1000,
            latency: percentiles(latencies),
          });
        }
      };
    });
    return { ...result, attention: stopPolling() };
  } finally {
    stopPolling();
  }
}
