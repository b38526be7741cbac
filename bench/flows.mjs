import { CONTENDERS } from './authorization/contenders.mjs';
import { flowTables } from './authorization/report.mjs';
import { Stage } from './authorization/stage.mjs';
import { startPostgres } from './authorization/postgres.mjs';
import { interleaved } from './measure/interleaved.mjs';
import { publishFlows } from './report/documents.mjs';
import { machine } from './report/machine.mjs';
import { saveResults } from './report/results.mjs';
import { SETTINGS, IS_WHOLE_RUN } from './settings.mjs';
import { CLIENT_CORE, pin } from './setup/child.mjs';

/** What is measured: a run of load.mjs for each. */
const ROWS = {
  flows: { do: 'flows' },
  refreshes: { do: 'refreshes' },
  atRate: { do: 'flowsAtRate', rate: 20 },
};

pin(process.pid, CLIENT_CORE);
const contenders = Object.keys(CONTENDERS);
const database = await startPostgres(CLIENT_CORE);
const stage = new Stage(database);
const measured = {};
try {
  await stage.prepare(contenders);
  for (const [name, run] of Object.entries(ROWS)) {
    // A hundredth of the requests decides at a fixed rate: more of them.
    const seconds = (run.rate ? 4 : 1) * SETTINGS.seconds;
    measured[name] = await interleaved(contenders, (contender) =>
      stage.measure(contender, { ...run, seconds }),
    );
  }
} finally {
  stage.stop();
  await database.stop();
}

const report = { machine: machine(), settings: SETTINGS, measured };
const tables = flowTables(measured);
console.log(tables);
console.log(`results in ${await saveResults('flows', report)}`);
if (IS_WHOLE_RUN) await publishFlows(report.machine, tables);
else console.log('A shortened run: docs/performance.md stays as it is.');
