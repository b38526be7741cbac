import { answerParent } from '../setup/answer-parent.mjs';

/** Longer than any pause of the benchmark. Node's own default is 5 s. */
const KEEP_ALIVE_MS = 75_000;

/**
 * Makes this process a server under test: `start` is called once with what the parent sends and returns the ports by name. Answers what
 * the process has used so far.
 * @param {(options: Record<string, any>) => Promise<Record<string, number>>} start
 * @param {Record<string, (message: Record<string, any>) => unknown>} more handlers of this server only
 */
export function serve(start, more = {}) {
  answerParent({
    start,
    /** microseconds of all threads */
    usage: () => {
      const { user, system } = process.cpuUsage();
      return { cpu: user + system, user };
    },
    memory,
    ...more,
  });
}

/** Listens on a free port of loopback. @param {import('node:http').Server} server @returns {Promise<number>} */
export function listen(server) {
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => resolve(server.address().port));
  });
}

/** bytes that live objects take, and the resident set, after two collections with a turn of the event loop between them */
async function memory() {
  globalThis.gc();
  await new Promise((resolve) => setTimeout(resolve, 50));
  globalThis.gc();
  const { heapUsed, external, rss } = process.memoryUsage();
  return { live: heapUsed + external, rss };
}
