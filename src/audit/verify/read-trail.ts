import { createReadStream, existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { Database } from '../../storage/schema.js';
import type { Verification } from './verification.js';

const PAGE = 1_000;

/** A file and those that it was rotated into, oldest first. */
export function rotatedFiles(path: string): string[] {
  const files = [path];
  for (let number = 1; existsSync(`${path}.${number}`); number++) files.unshift(`${path}.${number}`);
  return files;
}

/** @throws the error of the file system */
export async function verifyFile(path: string, verification: Verification): Promise<void> {
  await verifyStream(createReadStream(path), path, verification);
}

/** @throws the error of the stream */
export async function verifyStream(
  stream: Readable,
  name: string,
  verification: Verification,
): Promise<void> {
  let number = 0;
  for await (const line of createInterface({ input: stream, crlfDelay: Infinity })) {
    number += 1;
    verification.line(line, `${name}:${number}`);
  }
}

/** Rows in the order of their chains, a page at a time. What stands beside a record counts for nothing. */
export async function verifyDatabase(database: Database, verification: Verification): Promise<void> {
  let after = { chain: '', sequence: 0 };
  for (;;) {
    const rows = await database
      .selectFrom('audit_event')
      .select(['id', 'chain', 'sequence', 'record'])
      .where((row) =>
        row.or([
          row('chain', '>', after.chain),
          row.and([row('chain', '=', after.chain), row('sequence', '>', after.sequence)]),
        ]),
      )
      .orderBy('chain')
      .orderBy('sequence')
      .limit(PAGE)
      .execute();
    for (const { id, record } of rows) verification.line(record, `row ${id}`);
    const last = rows.at(-1);
    if (!last || rows.length < PAGE) return;
    after = last;
  }
}
