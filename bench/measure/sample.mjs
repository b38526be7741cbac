import { SERVER_CORE } from '../setup/child.mjs';
import { coreTime } from './core-time.mjs';

/** A server that is asked all it can do has its core to itself. Below this share, something else ran there. */
const SATURATED = 0.9;
/** The generator polls, so that it takes its core whole. Below this share it was not always there to ask, or to look at the clock. */
const ATTENTIVE = 0.95;
/** The share of the server's core that others may have meanwhile. */
const FOREIGN = 0.05;

/**
 * Lets the generator run against one server, and holds what the server used against what was answered.
 * @param {{ generator: import('../setup/child.mjs').Child, server: import('../setup/child.mjs').Child, key: string, connections: number }} subject
 * @param {Record<string, any>} run the message that makes the generator run
 * @param {{ saturates: boolean }} options whether the server, and nothing else, is the limit
 */
export async function sample({ generator, server, key, connections }, run, { saturates }) {
  await generator.ask({ do: 'open', key, connections });
  const before = { ...(await server.ask({ do: 'usage' })), core: coreTime(SERVER_CORE) };
  const result = await generator.ask(run);
  const after = { ...(await server.ask({ do: 'usage' })), core: coreTime(SERVER_CORE) };
  await generator.ask({ do: 'close' });
  const used = after.cpu - before.cpu;
  const available = result.seconds * 1_000_000;
  const foreign = before.core === undefined ? 0 : (after.core - before.core - used) / available;
  const utilisation = used / available;
  return {
    cpu: used / result.requests,
    user: (after.user - before.user) / result.requests,
    requestsPerSecond: result.requests / result.seconds,
    p50: result.latency.p50,
    p99: result.latency.p99,
    utilisation,
    foreign,
    attention: result.attention,
    undisturbed:
      foreign <= FOREIGN && result.attention >= ATTENTIVE && (!saturates || utilisation >= SATURATED),
  };
}
