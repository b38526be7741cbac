import { parseArgs } from 'node:util';
import { parseHead } from '../../audit/verify/audit-record.js';
import { rotatedFiles, verifyDatabase, verifyFile, verifyStream } from '../../audit/verify/read-trail.js';
import { Verification, type VerificationReport } from '../../audit/verify/verification.js';
import { argumentDigest } from '../../audit/argument-digest.js';
import type { GatehouseConfig } from '../../config/gatehouse-config.js';
import { knownAuditKeys } from '../../roles/configured-audit.js';
import { openConfiguredDatabase } from '../../roles/configured-database.js';
import { UsageError } from '../usage-error.js';

/** What to print, and how the program ends: 0 as it should be, 1 changed, 2 cannot be told. */
export interface AuditResult {
  readonly text: string;
  readonly exitCode: 0 | 1 | 2;
}

/**
 * `audit verify [FILE ...|-]` and `audit digest JSON`. Needs no server and, for files, no database.
 * @throws UsageError, or the error of the file system or database
 */
export async function auditCommand(
  [action, ...rest]: readonly string[],
  config: GatehouseConfig,
): Promise<AuditResult> {
  switch (action) {
    case 'verify':
      return verified(rest, config);
    case 'digest':
      return digested(rest, config);
    default:
      throw new UsageError(`audit ${action ?? ''}: say verify or digest`);
  }
}

async function verified(words: readonly string[], config: GatehouseConfig): Promise<AuditResult> {
  const { files, head, allowUnkeyed } = optionsOf(words);
  const verification = new Verification({
    keys: knownAuditKeys(config),
    allowUnkeyed,
    expected: head,
  });
  await read(files, config, verification);
  return result(verification.report());
}

function optionsOf(words: readonly string[]): {
  files: string[];
  head: ReturnType<typeof parseHead>;
  allowUnkeyed: boolean;
} {
  try {
    const { values, positionals } = parseArgs({
      args: [...words],
      allowPositionals: true,
      options: { head: { type: 'string' }, 'allow-unkeyed': { type: 'boolean', default: false } },
    });
    const head = parseHead(values.head);
    if (values.head !== undefined && !head)
      throw new Error('--head takes CHAIN:SEQUENCE:HASH, as a checkpoint in the log has it');
    return { files: positionals, head, allowUnkeyed: values['allow-unkeyed'] };
  } catch (error) {
    throw new UsageError(`audit verify: ${(error as Error).message}`, { cause: error });
  }
}

async function read(
  files: readonly string[],
  config: GatehouseConfig,
  verification: Verification,
): Promise<void> {
  if (files.length === 0) return readConfigured(config, verification);
  for (const file of files)
    await (file === '-' ? verifyStream(process.stdin, 'line', verification) : verifyFile(file, verification));
}

async function readConfigured(config: GatehouseConfig, verification: Verification): Promise<void> {
  switch (config.audit.sink) {
    case 'stdout':
      throw new UsageError(
        'audit verify: AUDIT_SINK is stdout; name the file that holds what was collected, or - for standard input',
      );
    case 'file':
      for (const file of rotatedFiles(config.audit.file.path)) await verifyFile(file, verification);
      return;
    case 'database': {
      const database = await openConfiguredDatabase(config);
      try {
        await verifyDatabase(database, verification);
      } finally {
        await database.destroy();
      }
    }
  }
}

function result({ events, chains, problems, unknown, notes }: VerificationReport): AuditResult {
  const lines = [
    `${events} events in ${chains.length} ${chains.length === 1 ? 'chain' : 'chains'}`,
    ...notes.map((note) => `note     ${note}`),
    ...unknown.map((line) => `unknown  ${line}`),
    ...problems.map((problem) => `PROBLEM  ${problem}`),
    conclusion({ events, problems, unknown }),
  ];
  const exitCode = problems.length > 0 ? 1 : unknown.length > 0 || events === 0 ? 2 : 0;
  return { text: lines.join('\n'), exitCode };
}

function conclusion({
  events,
  problems,
  unknown,
}: Pick<VerificationReport, 'events' | 'problems' | 'unknown'>): string {
  if (problems.length > 0)
    return `NOT INTACT: ${problems.length} ${problems.length === 1 ? 'problem' : 'problems'}`;
  if (events === 0) return 'NOTHING TO VERIFY: there is no event of the audit trail';
  return unknown.length > 0 ? 'NOT VERIFIED: a key is missing' : 'INTACT';
}

function digested(words: readonly string[], config: GatehouseConfig): AuditResult {
  const [text, ...more] = words;
  if (text === undefined || more.length > 0) throw new UsageError('audit digest takes one JSON text');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new UsageError(`audit digest: ${(error as Error).message}`, { cause: error });
  }
  const keys = knownAuditKeys(config);
  const digests = (keys.length === 0 ? [undefined] : keys).map((key) => argumentDigest(value, key));
  return { text: digests.join('\n'), exitCode: 0 };
}
