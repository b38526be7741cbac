// CPU microseconds that the audit trail costs for each MCP operation: the same dispatcher with the trail and without, in turns, in one process.
// Usage: npm run build && node bench/audit.mjs [calls]
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { auditKey } from '../dist/audit/audit-key.js';
import { AuditLog } from '../dist/audit/audit-log.js';
import { FileSink } from '../dist/audit/sinks/file-sink.js';
import { stdoutSink } from '../dist/audit/sinks/stdout-sink.js';
import { OperationAudit } from '../dist/mcp/operation-audit.js';
import { createLogger } from '../dist/logging/logger.js';
import { Metrics } from '../dist/metrics/metrics.js';

const CALLS = Number(process.argv[2] ?? 50_000);
const ROUNDS = 7;
/** As many as a busy turn of the event loop has. */
const TURN = 50;

const folder = mkdtempSync(join(tmpdir(), 'gatehouse-bench-audit-'));
const token = {
  subject: 'corp|alice',
  clientId: 'https://app.example.com/client.json',
  issuer: 'https://gate.example.com',
  principal: 'x',
  serviceAccount: false,
  tokenId: 'a-token-id',
  revocationIds: ['0123456789abcdefghijkl'],
  scopes: [],
  expiresAt: 0,
};
const entry = { method: 'tools/call', eras: [], scopes: [] };
const socket = { remoteAddress: '127.0.0.1' };

function auditTo(sink, key) {
  return new AuditLog({
    sink,
    key,
    version: '0.1.0',
    addressOf: ({ socket: { remoteAddress } }) => remoteAddress,
    metrics: new Metrics({ processMetrics: false }).audit,
    logger: createLogger('silent'),
  });
}

function context() {
  return {
    token,
    requestId: '0123456789abcdef-1a2b',
    revision: { era: 'modern', version: '2026-07-28' },
    startedAt: performance.now(),
    request: { method: 'tools/call', params: { name: 'add', arguments: { numbers: [1, 2, 3] }, _meta: {} } },
    exchange: { address: { headers: {}, socket } },
    audited: undefined,
  };
}

async function measured(work, audit) {
  const before = process.cpuUsage();
  for (let done = 0; done < CALLS; done += TURN) {
    for (let call = 0; call < TURN; call++) work(context());
    await new Promise(setImmediate);
  }
  await audit?.flush();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / CALLS;
}

const key = auditKey(Buffer.alloc(32, 1));
const contenders = { 'nothing recorded': [() => undefined] };
for (const [name, audit] of [
  [
    'file, keyed',
    auditTo(new FileSink({ path: join(folder, 'a.jsonl'), maxBytes: 50_000_000, keep: 1 }), key),
  ],
  [
    'file, without a key',
    auditTo(new FileSink({ path: join(folder, 'b.jsonl'), maxBytes: 50_000_000, keep: 1 })),
  ],
  ['no sink, keyed', auditTo({ ...stdoutSink({ write: () => undefined }) }, key)],
]) {
  const operations = new OperationAudit(audit);
  const work = (one) => {
    operations.begin(one);
    one.audited.decision = { rule: 'declared-scopes', reason: undefined };
    operations.record(entry, 'ok', one);
  };
  contenders[name] = [work, audit];
}
const samples = Object.fromEntries(Object.keys(contenders).map((name) => [name, []]));
for (let round = 0; round < ROUNDS; round++)
  for (const [name, [work, audit]] of Object.entries(contenders))
    samples[name].push(await measured(work, audit));
const median = (numbers) => numbers.toSorted((left, right) => left - right)[Math.floor(numbers.length / 2)];
const base = median(samples['nothing recorded']);
for (const [name, numbers] of Object.entries(samples))
  console.log(
    `${name.padEnd(22)} ${(median(numbers) - base).toFixed(2)} µs for each event (median of ${ROUNDS} rounds of ${CALLS})`,
  );
for (const [, audit] of Object.values(contenders)) await audit?.close();
rmSync(folder, { recursive: true });
