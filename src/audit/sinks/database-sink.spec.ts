import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AUDIT_KEY, memoryAudit } from '../../../test/support/memory-audit.js';
import { openTestDatabase } from '../../../test/support/test-database.js';
import { Sealer } from '../../storage/sealer.js';
import type { Database } from '../../storage/schema.js';
import { openDatabase } from '../../storage/open-database.js';
import type { AuditLog } from '../audit-log.js';
import { verifyDatabase } from '../verify/read-trail.js';
import { Verification, type VerificationReport } from '../verify/verification.js';
import { DatabaseSink } from './database-sink.js';

let folder: string;
let database: Database;
const issued = { event: 'token.issued', outcome: 'success', subject: 'corp|alice' } as const;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gatehouse-audit-database-'));
  database = await openTestDatabase(folder);
});

afterEach(async () => {
  await database.destroy();
  await rm(folder, { recursive: true, force: true });
});

function auditOf(): ReturnType<typeof memoryAudit<DatabaseSink>> {
  return memoryAudit(new DatabaseSink({ retentionSeconds: 3_600 }));
}

async function record(audit: AuditLog, count: number): Promise<void> {
  for (let index = 0; index < count; index++) audit.record(issued);
  await audit.flush();
}

async function verified(): Promise<VerificationReport> {
  const verification = new Verification({ keys: [AUDIT_KEY] });
  await verifyDatabase(database, verification);
  return verification.report();
}

describe('the table of the audit trail', () => {
  it('holds the chains of replicas that write at once, and what an event can be found by', async () => {
    const replicas = [auditOf(), auditOf(), auditOf()];
    for (const { sink } of replicas) sink.use(database);
    await Promise.all(replicas.map(({ audit }) => record(audit, 700)));
    await Promise.all(replicas.map(({ audit }) => audit.close()));
    const report = await verified();
    expect(report).toMatchObject({ events: 2_106, problems: [], notes: [] });
    expect(report.chains).toHaveLength(3);
    const [row] = await database
      .selectFrom('audit_event')
      .selectAll()
      .where('sequence', '=', 2)
      .limit(1)
      .execute();
    expect(row).toMatchObject({ event: 'token.issued', subject: 'corp|alice', sequence: 2 });
    expect(Number(row?.expires_at) - Math.floor(Number(row?.at) / 1000)).toBe(3_600);
  });

  it('gets what happened before it could be reached, and an attempt whose answer was lost is not there twice', async () => {
    const { audit, sink, logged } = auditOf();
    audit.record(issued);
    await expect.poll(() => logged.join('')).toContain('the database is not open yet');
    const write = sink.write.bind(sink);
    let answers = 2;
    sink.write = async (events) => {
      await write(events);
      if (answers-- > 0) throw new Error('the answer was lost');
    };
    sink.use(database);
    await audit.close();
    expect(await verified()).toMatchObject({ events: 3, problems: [], notes: [] });
  });

  it('shows a row that was changed, one that was removed, and the end of a chain that was cut off', async () => {
    const first = auditOf();
    first.sink.use(database);
    await record(first.audit, 5);
    await first.audit.close();
    const { chain } = first.audit.head;
    const second = auditOf();
    second.sink.use(database);
    await record(second.audit, 1);
    await database
      .deleteFrom('audit_event')
      .where('id', 'in', [`${chain}:3`, `${chain}:7`])
      .execute();
    await database
      .updateTable('audit_event')
      .set((row) => ({ record: row.fn<string>('replace', ['record', row.val('alice'), row.val('mallory')]) }))
      .where('id', '=', `${chain}:4`)
      .execute();
    const { problems } = await verified();
    await second.audit.close();
    expect(problems).toHaveLength(3);
    const expected = [
      expect.stringMatching(/^event 3 of chain \S+ was removed$/),
      expect.stringMatching(/^row \S+:1: chain \S+ has seen event 7 of chain \S+, which ends at 6/),
      expect.stringMatching(/^row \S+:4: event 4 of chain \S+ \(token\.issued\) was changed/),
    ];
    expect(problems).toEqual(expect.arrayContaining(expected));
  });

  it('is opened by a process that has no other need of a database, when there is something to write', async () => {
    const { audit, sink } = auditOf();
    let opened = 0;
    sink.openLater(() => {
      opened += 1;
      return openDatabase({ file: join(folder, 'own.sqlite') }, new Sealer([Buffer.alloc(32, 7)]));
    });
    expect(opened).toBe(0);
    await record(audit, 2);
    await audit.close();
    expect(opened).toBe(1);
  });
});
