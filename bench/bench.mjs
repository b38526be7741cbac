import { measureIdleConnections } from './measure/idle-connections.mjs';
import { measureLatency, measureThroughput } from './measure/throughput.mjs';
import { printRow, printTargets } from './report/console.mjs';
import { publish } from './report/documents.mjs';
import { machine } from './report/machine.mjs';
import { saveResults } from './report/results.mjs';
import { ROWS } from './rows.mjs';
import { isChosen, IS_WHOLE_RUN, SETTINGS } from './settings.mjs';
import { CLIENT_CORE, pin } from './setup/child.mjs';
import { Stage } from './setup/stage.mjs';
import { TokenIssuer } from './setup/token-issuer.mjs';
import { judge } from './targets.mjs';

const MEASURES = {
  throughput: measureThroughput,
  latency: measureLatency,
  idle: measureIdleConnections,
};

pin(process.pid, CLIENT_CORE);
const started = performance.now();
const issuer = await TokenIssuer.start();
const stage = new Stage(issuer);
/** Rounds by row name. */
const measured = new Map();

try {
  for (const row of ROWS.filter(({ name }) => isChosen(name))) {
    await stage.prepare(row);
    const rounds = await MEASURES[row.measures](stage, row);
    measured.set(row.name, rounds);
    printRow(row, rounds);
  }
} finally {
  stage.stop();
  issuer.stop();
}

const verdicts = judge(measured);
printTargets(verdicts);
const report = { machine: machine(), settings: SETTINGS, minutes: minutes(), verdicts, measured };
console.log(`${report.minutes} minutes, results in ${await saveResults('bench', report)}`);
if (IS_WHOLE_RUN) await publish(report);
else console.log('A shortened run: docs/performance.md stays as it is.');

function minutes() {
  return Math.round((performance.now() - started) / 6000) / 10;
}
