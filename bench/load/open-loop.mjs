import { percentiles } from './latencies.mjs';
import { poll } from './poll.mjs';

/**
 * Asks at a fixed rate, whether answers come or not. Latency counts from the moment that a request was due, not from when a connection
 * was free for it: a server that stalls is charged for everybody who would have waited (no coordinated omission).
 * @param {import('./pool.mjs').Pool} pool
 * @param {{ seconds: number, rate: number }} options `rate`: requests per second
 */
export async function openLoop(pool, { seconds, rate }) {
  const total = Math.round(seconds * rate);
  const free = [...pool.connections];
  const dueOf = new Map();
  const latencies = [];
  let due = 0;
  const started = performance.now();
  const sendDue = () => {
    while (due < total && free.length > 0) {
      const at = started + (due * 1000) / rate;
      if (performance.now() < at) return;
      const connection = free.shift();
      dueOf.set(connection, at);
      due++;
      pool.ask(connection);
    }
  };
  let stopPolling;
  try {
    const result = await pool.run((done) => {
      stopPolling = poll(sendDue);
      return (connection) => {
        const now = performance.now();
        latencies.push(now - dueOf.get(connection));
        free.push(connection);
        if (latencies.length === total) {
          done({ requests: total, seconds: (now - started) / 1000, latency: percentiles(latencies) });
        }
      };
    });
    return { ...result, attention: stopPolling() };
  } finally {
    stopPolling?.();
  }
}
