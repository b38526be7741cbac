import { mkdir, writeFile } from 'node:fs/promises';
import { Child } from './child.mjs';
import { OPERATIONS, requestBytes } from './requests.mjs';

const SECONDS = Number(process.env.BENCH_SECONDS ?? 3);
const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 5);
/** The bare server is as fast as it gets after two seconds; Gatehouse has more code to compile and needs about ten. */
const WARM_UP_SECONDS = { bare: 3, gatehouse: Number(process.env.BENCH_WARM_UP_SECONDS ?? 12) };
/** Below this share of its core a server was not the limit: something else ran there, and requests per second say nothing. */
const UNDISTURBED = 0.9;
const TARGET = 0.45;

const generator = new Child('load.mjs', 0);
const gatehouse = new Child('servers/gatehouse.mjs', 1);
const { port: gatehousePort, tokens } = await gatehouse.next();

const answers = new Map();
for (const { name, method, params } of OPERATIONS) {
  const bytes = requestBytes({ method, params }, gatehousePort, tokens[0]).toString();
  const [head, body] = bytes.split('\r\n\r\n');
  const headers = Object.fromEntries(
    head
      .split('\r\n')
      .slice(1)
      .map((line) => line.split(/: (.*)/s)),
  );
  delete headers['Content-Length'];
  delete headers.Host;
  const response = await fetch(`http://127.0.0.1:${gatehousePort}/mcp`, { method: 'POST', headers, body });
  if (response.status !== 200) throw new Error(`${name}: ${response.status} ${await response.text()}`);
  answers.set(method, await response.text());
}

const bare = new Child('servers/bare.mjs', 1);
const { port: barePort } = await bare.ask({ answers: [...answers] });
const servers = {
  bare: { child: bare, port: barePort },
  gatehouse: { child: gatehouse, port: gatehousePort },
};

async function round(server, operation, seconds) {
  const { child, port } = servers[server];
  const requests = tokens.map((token) => requestBytes(operation, port, token).toString());
  const before = await child.ask('usage');
  const result = await generator.ask({ port, requests, body: answers.get(operation.method), seconds });
  const after = await child.ask('usage');
  return {
    cpuMicroseconds: (after.cpuMicroseconds - before.cpuMicroseconds) / result.requests,
    userMicroseconds: (after.user - before.user) / result.requests,
    requestsPerSecond: result.requests / result.seconds,
    utilisation: (after.cpuMicroseconds - before.cpuMicroseconds) / (result.seconds * 1_000_000),
  };
}

const results = [];
for (const operation of OPERATIONS.filter(({ name }) => name.includes(process.env.BENCH_ONLY ?? ''))) {
  for (const [server, seconds] of Object.entries(WARM_UP_SECONDS)) await round(server, operation, seconds);
  const rounds = [];
  for (let index = 0; index < 2 * ROUNDS && rounds.filter(isUndisturbed).length < ROUNDS; index++) {
    const order = index % 2 === 0 ? ['bare', 'gatehouse'] : ['gatehouse', 'bare'];
    const pair = {};
    for (const server of order) pair[server] = await round(server, operation, SECONDS);
    rounds.push(pair);
  }
  results.push({
    operation: operation.name,
    bytes: answers.get(operation.method).length,
    rounds,
    undisturbed: rounds.filter(isUndisturbed).length,
    ...summary(rounds.some(isUndisturbed) ? rounds.filter(isUndisturbed) : rounds),
  });
}
const { rssBytes } = await gatehouse.ask('usage');

console.log(`Node ${process.version}, ${ROUNDS} rounds of ${SECONDS} s each, medians\n`);
console.table(
  results.map(({ operation, bytes, rounds, undisturbed, bare: left, gatehouse: right, ratio }) => ({
    operation,
    bytes,
    'bare us/req': left.cpuMicroseconds.toFixed(1),
    'gatehouse us/req': right.cpuMicroseconds.toFixed(1),
    'user us': `${left.userMicroseconds.toFixed(1)} / ${right.userMicroseconds.toFixed(1)}`,
    'CPU ratio': ratio.cpu.toFixed(2),
    'bare req/s': Math.round(left.requestsPerSecond),
    'gatehouse req/s': Math.round(right.requestsPerSecond),
    'req/s ratio': ratio.throughput.toFixed(2),
    rounds: `${undisturbed} of ${rounds.length}`,
    target: verdict(undisturbed, ratio.throughput),
  })),
);
console.log(`resident memory of gatehouse under load: ${Math.round(rssBytes / 1_048_576)} MB`);
await mkdir(new URL('results/', import.meta.url), { recursive: true });
await writeFile(
  new URL(`results/${new Date().toISOString().replaceAll(':', '-')}.json`, import.meta.url),
  JSON.stringify(
    { node: process.version, rounds: ROUNDS, seconds: SECONDS, results, rssBytes },
    undefined,
    2,
  ),
);
for (const child of [generator, gatehouse, bare]) child.stop();

function isUndisturbed(pair) {
  return Object.values(pair).every(({ utilisation }) => utilisation >= UNDISTURBED);
}

/** A machine that was busy with something else proves nothing, neither way. */
function verdict(undisturbed, throughput) {
  if (undisturbed < Math.min(3, ROUNDS)) return 'UNKNOWN: the machine was busy';
  return `>= ${TARGET} ${throughput >= TARGET ? 'met' : 'MISSED'}`;
}

function summary(rounds) {
  const of = (server, member) => median(rounds.map((pair) => pair[server][member]));
  const side = (server) => ({
    cpuMicroseconds: of(server, 'cpuMicroseconds'),
    userMicroseconds: of(server, 'userMicroseconds'),
    requestsPerSecond: of(server, 'requestsPerSecond'),
  });
  return {
    bare: side('bare'),
    gatehouse: side('gatehouse'),
    ratio: {
      cpu: median(rounds.map((pair) => pair.gatehouse.cpuMicroseconds / pair.bare.cpuMicroseconds)),
      throughput: median(
        rounds.map((pair) => pair.gatehouse.requestsPerSecond / pair.bare.requestsPerSecond),
      ),
    },
  };
}

function median(values) {
  const sorted = values.toSorted((left, right) => left - right);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
