import { startPostgres } from './authorization/postgres.mjs';
import { publishSoak } from './report/documents.mjs';
import { machine } from './report/machine.mjs';
import { saveResults } from './report/results.mjs';
import { HeldStreams } from './soak/held-streams.mjs';
import { HttpClient } from './soak/http-client.mjs';
import { IdentityProvider } from './soak/identity-provider.mjs';
import { Load } from './soak/load.mjs';
import { operations } from './soak/operations.mjs';
import { Replicas } from './soak/replicas.mjs';
import { soakMarkdown } from './soak/report.mjs';
import { Sampler } from './soak/sampler.mjs';
import { startTraceCollector } from './soak/trace-collector.mjs';
import { SOAK, WHOLE_SECONDS } from './soak/settings.mjs';
import { Users } from './soak/users.mjs';
import { memoryOf } from './soak/verdict.mjs';

const FIRST_USERS = 100;
const WARM_UP_SECONDS = 10;
const RAMP = { workers: 48, seconds: 10 };

const database = await startPostgres();
const provider = await IdentityProvider.start();
const collector = SOAK.traces ? await startTraceCollector() : undefined;
const replicas = await Replicas.start(
  { ...database.variables, ...(collector ? { OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint } : {}) },
  provider,
);
const http = new HttpClient(replicas.all);
const users = new Users(http);
const load = new Load(
  operations(http, users, replicas.all, (error) => load.fail('a token that was revoked', error)),
);
const streams = new HeldStreams(http, replicas, (error) => load.fail('stream', error));
const sampler = await Sampler.open(replicas, database.variables.DATABASE_URL);
const report = { machine: machine(), settings: SOAK };
try {
  await Promise.all(Array.from({ length: FIRST_USERS }, () => users.connect()));
  await streams.open(users, SOAK.streams);
  await load.asMuchAsCan(RAMP.workers, WARM_UP_SECONDS);
  report.capacity = await load.asMuchAsCan(RAMP.workers, RAMP.seconds);
  report.rate = SOAK.rate || report.capacity * SOAK.share;
  console.log(
    `${Math.round(report.capacity)} units a second at most; ${Math.round(report.rate)} for ${SOAK.seconds} s`,
  );
  load.forget();
  report.live = { before: await live() };
  report.tables = { before: await sampler.tables() };
  sampler.start(
    SOAK.sampleSeconds,
    () => load.takeWindow(),
    (error) => load.fail('sampling', error),
  );
  await load.atRate(report.rate, SOAK.seconds);
  await sampler.stop();
  await users.settled();
  report.tables.after = await sampler.tables();
  report.live.held = await live();
  await streams.close();
  report.live.after = await live();
} finally {
  await sampler.close();
  http.close();
  report.exitCodes = await replicas.stop();
  provider.stop();
  collector?.stop();
  await database.stop();
}

if (collector) console.log(`${(collector.bytes() / 2 ** 20).toFixed(0)} MiB of traces`);
report.streams = { opened: streams.opened, changes: streams.changes };
report.samples = sampler.samples;
report.took = Object.fromEntries(load.took);
report.memory = replicas.all.map((_replica, index) => memoryOf(report, index, SOAK.seconds));
if (report.streams.changes === 0) load.fail('stream', new Error('no stream was told of any change'));
for (const code of report.exitCodes) if (code !== 0) load.fail('replica', new Error(`ended with ${code}`));
for (const complaint of replicas.complaints) load.fail('the log of a replica', new Error(complaint));
report.failures = Object.fromEntries(load.failures);
report.failed = load.failed;

const markdown = soakMarkdown(report);
console.log(markdown);
for (const [name, { count, samples }] of load.failures) {
  console.log(`${count} × ${name} went wrong:`);
  for (const sample of samples) console.log(`  ${sample}`);
}
// Each time that was measured would be a file of many megabytes.
console.log(`results in ${await saveResults('soak', { ...report, took: undefined })}`);
const isGrowing = report.memory.some(({ flat, judged }) => judged && !flat);
if (load.failed === 0 && !isGrowing && SOAK.seconds >= WHOLE_SECONDS && !SOAK.traces)
  await publishSoak(report, markdown);
else console.log('A shortened run, or one that went wrong: docs/performance.md stays as it is.');
if (load.failed > 0 || isGrowing) process.exitCode = 1;

/** Bytes in use after a full collection, in each replica. */
function live() {
  return Promise.all(replicas.all.map((replica) => replicas.liveMemory(replica)));
}
