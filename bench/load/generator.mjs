import { answerParent } from '../setup/answer-parent.mjs';
import { askOnce } from './ask-once.mjs';
import { closedLoop } from './closed-loop.mjs';
import { HeldStreams } from './held-streams.mjs';
import { learn } from './learn.mjs';
import { openLoop } from './open-loop.mjs';
import { Pool } from './pool.mjs';

/** What was prepared, by key: the port of the server and what it is asked. */
const prepared = new Map();
/** @type {Pool | undefined} */
let pool;
/** @type {HeldStreams | undefined} */
let streams;

/**
 * The process that asks. `learn` comes first for each server and operation, then `open`, any number of runs, `close`.
 */
answerParent({
  /** Asks each different request once; what came back then is what must come back ever after. */
  learn: async ({ key, port, requests, different }) => {
    const answers = [];
    for (const request of requests.slice(0, different)) {
      answers.push(await learn(port, Buffer.from(request)));
    }
    prepared.set(key, {
      port,
      requests: requests.map((request) => Buffer.from(request)),
      bodies: answers.map(({ raw }) => Buffer.from(raw)),
      sent: 0,
    });
    return { texts: answers.map(({ text }) => text) };
  },
  open: async ({ key, connections }) => {
    const workload = prepared.get(key);
    pool = new Pool(workload.port, workload);
    await pool.open(connections);
  },
  closedLoop: (options) => closedLoop(pool, options),
  askOnce: () => askOnce(pool),
  openLoop: (options) => openLoop(pool, options),
  close: () => {
    pool?.close();
    pool = undefined;
  },
  hold: async ({ port, requests }) => {
    streams = new HeldStreams(port);
    await streams.open(requests.map((request) => Buffer.from(request)));
  },
  streams: () => streams.state,
  release: () => {
    streams.close();
    streams = undefined;
  },
});
