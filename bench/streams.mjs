import { publishStreams } from './report/documents.mjs';
import { machine } from './report/machine.mjs';
import { saveResults } from './report/results.mjs';
import { streamLines } from './report/stream-lines.mjs';
import { table } from './report/table.mjs';
import { SETTINGS } from './settings.mjs';
import { CLIENT_CORE, pin } from './setup/child.mjs';
import { requireOpenFiles } from './setup/open-files.mjs';
import { StreamStage } from './setup/stream-stage.mjs';
import { TokenIssuer } from './setup/token-issuer.mjs';
import { judgeStreams } from './stream-targets.mjs';

const CALLS_PER_SECOND = 200;
const WHOLE_RUN = { streams: 5000, streamSeconds: 120 };

const { streams, streamSeconds } = SETTINGS;
requireOpenFiles(streams);
pin(process.pid, CLIENT_CORE);
const issuer = await TokenIssuer.start();
const stage = new StreamStage(issuer);
let report;
try {
  await stage.warmUp();
  const before = await stage.memory();
  const opening = await stage.hold(streams);
  const opened = await stage.memory();
  const calls = await stage.call({ rate: CALLS_PER_SECOND, seconds: streamSeconds });
  const held = await stage.memory();
  const told = await stage.tellAll(streams);
  const { errors, keepAlives } = await stage.state();
  await stage.release();
  const after = await stage.memory();
  report = {
    machine: machine(),
    streams,
    seconds: streamSeconds,
    callsPerSecond: CALLS_PER_SECOND,
    opening,
    calls,
    told,
    errors,
    keepAlives,
    memory: { before, opened, held, after },
  };
} finally {
  stage.stop();
  issuer.stop();
}

const verdicts = judgeStreams(report);
console.log(table(streamLines(report)));
for (const error of new Set(report.errors)) console.log(error);
for (const { what, target, measured, verdict } of verdicts) {
  console.log(`${verdict}  ${what}: ${measured} (${target})`);
}
console.log(`results in ${await saveResults('streams', { ...report, verdicts })}`);
if (streams >= WHOLE_RUN.streams && streamSeconds >= WHOLE_RUN.streamSeconds) {
  await publishStreams({ report, verdicts });
} else {
  console.log('A shortened run: docs/performance.md stays as it is.');
}
