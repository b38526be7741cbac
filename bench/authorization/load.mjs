import { percentiles } from '../load/latencies.mjs';
import { answerParent } from '../setup/answer-parent.mjs';
import { FlowRunner } from './flow.mjs';

/** @type {FlowRunner} */
let runner;

/** The process that plays the clients and their browsers. */
answerParent({
  open: ({ port, clientId }) => {
    runner?.close();
    runner = new FlowRunner(port, clientId);
  },
  flows: ({ concurrency, seconds }) => atOnce(concurrency, seconds, () => runner.run()),
  /** Each worker has a grant of its own and refreshes it again and again. */
  refreshes: async ({ concurrency, seconds }) => {
    const held = await Promise.all(Array.from({ length: concurrency }, () => runner.run()));
    return atOnce(concurrency, seconds, async (worker) => {
      held[worker] = await runner.refresh(held[worker].refreshToken);
      return held[worker];
    });
  },
  flowsAtRate: ({ rate, seconds }) => atRate(rate, seconds, () => runner.run()),
});

/** Every worker starts again as soon as it is done: as much as the server can do. */
async function atOnce(concurrency, seconds, run) {
  const tokenMs = [];
  const started = performance.now();
  const end = started + seconds * 1000;
  const work = async (worker) => {
    do tokenMs.push((await run(worker)).tokenMs);
    while (performance.now() < end);
  };
  await Promise.all(Array.from({ length: concurrency }, (_unused, worker) => work(worker)));
  return result(tokenMs, started);
}

/** One more every so often, whatever the server does. */
async function atRate(rate, seconds, run) {
  const tokenMs = [];
  const started = performance.now();
  const flows = [];
  await new Promise((resolve) => {
    const timer = setInterval(() => {
      const due = Math.min(rate * seconds, (rate * (performance.now() - started)) / 1000);
      while (flows.length < due) flows.push(run().then((done) => tokenMs.push(done.tokenMs)));
      if (flows.length < rate * seconds) return;
      clearInterval(timer);
      resolve();
    }, 5);
  });
  await Promise.all(flows);
  return result(tokenMs, started);
}

function result(tokenMs, started) {
  const seconds = (performance.now() - started) / 1000;
  return { flows: tokenMs.length, seconds, token: percentiles(tokenMs) };
}
