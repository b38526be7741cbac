import { interleaved, ratio, summary } from './measure/interleaved.mjs';
import { coreTime } from './measure/core-time.mjs';
import { publishVerification } from './report/documents.mjs';
import { machine } from './report/machine.mjs';
import { saveResults } from './report/results.mjs';
import { verificationMarkdown } from './report/verification.mjs';
import { isChosen, IS_WHOLE_RUN, SETTINGS } from './settings.mjs';
import { pin, SERVER_CORE } from './setup/child.mjs';
import { contendersFor } from './verification/contenders.mjs';
import { measureMemory } from './verification/memory.mjs';
import { ALGORITHMS, TokenMaker } from './verification/tokens.mjs';

const WARM_UP_CALLS = 5_000;
/** Between two looks at the clock. */
const BATCH = 128;
/** The share of the core that others may have meanwhile. */
const FOREIGN = 0.05;
const GARBAGE_SECONDS = 20;

pin(process.pid, SERVER_CORE);
const measured = {};
for (const algorithm of ALGORITHMS.filter(isChosen)) {
  const contenders = await contendersFor(algorithm, new TokenMaker(algorithm));
  const names = Object.keys(contenders);
  for (const name of names) await repeat(contenders[name], WARM_UP_CALLS * SETTINGS.warmUp);
  const rounds = await interleaved(names, (name) => sample(contenders[name]));
  measured[algorithm] = {
    rounds,
    lines: names.map((name) => ({
      name,
      ...summary(rounds, name),
      timesBare: ratio(rounds, name, names[0], ({ cpu }) => cpu).value,
    })),
    miss: ratio(rounds, 'Gatehouse, miss', names[0], ({ cpu }) => cpu),
    hit: ratio(rounds, 'Gatehouse, hit', 'Gatehouse, miss', ({ cpu }) => cpu),
  };
}
const memory = isChosen('memory') ? await measureMemory(new TokenMaker('ES256'), GARBAGE_SECONDS) : undefined;

const report = { machine: machine(), settings: SETTINGS, measured, memory };
const text = verificationMarkdown(report);
console.log(text);
console.log(`results in ${await saveResults('verification', report)}`);
if (IS_WHOLE_RUN) await publishVerification(text);
else console.log('A shortened run: docs/performance.md stays as it is.');

/** One after the other, as fast as it goes: CPU microseconds of each, all threads. */
async function sample(contender) {
  const seconds = SETTINGS.seconds / 2;
  const cpuBefore = process.cpuUsage();
  const coreBefore = coreTime(SERVER_CORE);
  const started = performance.now();
  let calls = 0;
  while (performance.now() - started < seconds * 1000) {
    await repeat(contender, BATCH, calls);
    calls += BATCH;
  }
  const { user, system } = process.cpuUsage(cpuBefore);
  const available = (performance.now() - started) * 1000;
  const foreign =
    coreBefore === undefined ? 0 : (coreTime(SERVER_CORE) - coreBefore - user - system) / available;
  return { cpu: (user + system) / calls, wall: available / calls, foreign, undisturbed: foreign <= FOREIGN };
}

/** Waits only where there is something to wait for, as Nest does. */
async function repeat(contender, times, from = 0) {
  for (let index = from; index < from + times; index += 1) {
    const answer = contender(index);
    if (answer instanceof Promise) await answer;
  }
}
