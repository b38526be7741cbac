import { mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AUDIT_KEY, memoryAudit } from '../../../test/support/memory-audit.js';
import type { AuditLog } from '../audit-log.js';
import { rotatedFiles, verifyFile } from '../verify/read-trail.js';
import { Verification, type VerificationReport } from '../verify/verification.js';
import { FileSink } from './file-sink.js';

let folder: string;
let path: string;
const issued = { event: 'token.issued', outcome: 'success' } as const;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gatehouse-audit-'));
  path = join(folder, 'kept', 'audit.jsonl');
});

afterEach(() => rm(folder, { recursive: true, force: true }));

function auditOf(
  options: Partial<ConstructorParameters<typeof FileSink>[0]> = {},
): ReturnType<typeof memoryAudit<FileSink>> {
  return memoryAudit(new FileSink({ path, maxBytes: 0, keep: 3, ...options }));
}

async function record(audit: AuditLog, count = 1): Promise<void> {
  for (let index = 0; index < count; index++) audit.record(issued);
  await audit.flush();
}

async function verified(): Promise<VerificationReport> {
  const verification = new Verification({ keys: [AUDIT_KEY] });
  for (const file of rotatedFiles(path)) await verifyFile(file, verification);
  return verification.report();
}

describe('the file of the audit trail', () => {
  it('is made with its folder, for its owner alone', async () => {
    const { audit } = auditOf();
    await record(audit);
    await audit.close();
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect((await stat(join(folder, 'kept'))).mode & 0o777).toBe(0o700);
    expect(await verified()).toMatchObject({ events: 3, problems: [], notes: [] });
  });

  it('is gone on with after a restart, by a chain that has seen the end of the one before', async () => {
    for (let start = 0; start < 3; start++) {
      const { audit } = auditOf();
      await record(audit);
      await audit.close();
    }
    expect(await verified()).toMatchObject({ events: 9, problems: [], notes: [] });
    const lines = (await readFile(path, 'utf8')).trim().split('\n');
    await writeFile(path, [...lines.slice(0, 2), ...lines.slice(3)].map((line) => `${line}\n`).join(''));
    expect((await verified()).problems).toEqual([expect.stringContaining('its end was cut off')]);
  });

  it('is moved aside before it grows too large, and no more than so many are kept', async () => {
    const { audit } = auditOf({ maxBytes: 3_000, keep: 2 });
    for (let index = 0; index < 20; index++) await record(audit, 2);
    await audit.close();
    expect((await readdir(join(folder, 'kept'))).toSorted()).toEqual([
      'audit.jsonl',
      'audit.jsonl.1',
      'audit.jsonl.2',
    ]);
    for (const file of rotatedFiles(path)) expect((await stat(file)).size).toBeLessThanOrEqual(3_000);
    const { problems, notes } = await verified();
    expect(problems).toEqual([]);
    expect(notes).toEqual([expect.stringMatching(/begins at event \d+: what came before is not here/)]);
  });

  it('may be moved by logrotate at any time: the next events are in a new one', async () => {
    const { audit } = auditOf();
    await record(audit);
    await rename(path, `${path}.1`);
    await record(audit);
    await audit.close();
    expect(rotatedFiles(path)).toHaveLength(2);
    expect(await verified()).toMatchObject({ events: 4, problems: [], notes: [] });
  });

  it('that may not be written is written when it may be, and nothing is lost', async () => {
    const { audit, logged } = auditOf();
    await record(audit);
    await rename(path, `${path}.1`);
    await rename(join(folder, 'kept'), join(folder, 'away'));
    await writeFile(join(folder, 'kept'), 'a file where the folder was');
    audit.record(issued);
    await expect.poll(() => logged.join('')).toContain('audit events cannot be written');
    await rm(join(folder, 'kept'));
    await rename(join(folder, 'away'), join(folder, 'kept'));
    await audit.close();
    expect(await verified()).toMatchObject({ events: 4, problems: [] });
  });

  it('on a disk that is full ends in the middle of a line, which is finished when there is room', async () => {
    const { audit, logged } = auditOf();
    await record(audit);
    const probe = await open(path, 'a');
    const prototype = Object.getPrototypeOf(probe) as { write: (...args: never[]) => Promise<unknown> };
    await probe.close();
    const { write } = prototype;
    let room = 700;
    prototype.write = function (this: unknown, bytes: Buffer, offset: number) {
      const left = bytes.length - offset;
      if (room === 0) return Promise.reject(Object.assign(new Error('full'), { code: 'ENOSPC' }));
      const length = Math.min(room, left);
      room -= length;
      return write.apply(this, [bytes, offset, length] as never);
    };
    try {
      for (let index = 0; index < 5; index++) audit.record(issued);
      await expect.poll(() => logged.join('')).toContain('"code":"ENOSPC"');
      room = Infinity;
      await audit.close();
    } finally {
      prototype.write = write;
    }
    expect(await verified()).toMatchObject({ events: 8, problems: [], notes: [] });
  });
});
