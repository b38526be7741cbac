import { expect } from 'vitest';
import { flowCommand } from '../../src/cli/commands/flow.command.js';
import type { Operator } from '../../src/cli/operator.js';
import type { Database } from '../../src/storage/schema.js';
import type { TestGatehouse } from './gatehouse.js';
import { pageText } from './page-text.js';
import { scrape } from './scrape.js';
import {
  alerts,
  draws,
  LOGGED,
  type Movement,
  normalised,
  SEEN,
  type Section,
  sections,
  SHOWN,
} from './troubleshooting.js';

/** `TROUBLESHOOTING=write` writes what comes back into docs/troubleshooting.md; without it, that is what must be there. */
const WRITES = process.env['TROUBLESHOOTING'] === 'write';

export interface ScriptedFailure {
  /** As its heading in docs/troubleshooting.md. */
  readonly title: string;
  /** Brings it about; resolves to the answer that the user or the client gets. */
  fail(gatehouse: TestGatehouse): Promise<Response>;
  /** The request is part of no flow, or the database, which would know, is what is away. */
  readonly outsideOfFlows?: boolean;
}

export interface Failing {
  readonly gatehouse: TestGatehouse;
  readonly database: Database;
}

/** Holds docs/troubleshooting.md against what happens: the answer, the timeline, the log, and the series that the dashboard and an alert would show. */
export async function proveFailure(
  { title, fail, outsideOfFlows }: ScriptedFailure,
  { gatehouse, database }: Failing,
): Promise<void> {
  const section = sections().find((one) => one.title === title);
  if (!section) throw new Error(`docs/troubleshooting.md has no section ${title}`);
  const { movements } = section;
  const before = await Promise.all(movements.map((one) => value(gatehouse, one)));
  const response = await fail(gatehouse);
  const reference = response.headers.get('x-request-id') ?? '';
  expect(reference).not.toBe('');

  await same(section, SEEN, async () => seen(response, await response.clone().text()));
  const command = (): Promise<string> => flowCommand(['show', reference], { database } as Operator);
  // The timeline is written half a second behind the requests.
  if (!outsideOfFlows) await expect.poll(command).not.toMatch(/^No authorization flow/);
  await same(section, SHOWN, command);
  await logged(section, () => linesOf(gatehouse.log(), reference));

  expect(movements.length).toBeGreaterThan(0);
  for (const [index, movement] of movements.entries()) {
    expect(draws(movement), `a panel ${movement.panel} that draws ${movement.metric}`).toBe(true);
    await expect
      .poll(() => value(gatehouse, movement), { message: JSON.stringify(movement) })
      .toBeGreaterThan(before[index] as number);
  }
  const { alert } = section;
  if (alert) expect(alerts(alert.name, alert.runbook, movements)).toBe(true);
  expect(section.says('Cause') && section.says('Mend')).toBe(true);
}

/** A block is there only where the page has something to show. */
async function same(
  section: Section,
  name: typeof SEEN | typeof SHOWN,
  now: () => Promise<string>,
): Promise<void> {
  const written = section.block(name);
  if (written === undefined) {
    expect(name).not.toBe(SEEN);
    return;
  }
  if (WRITES) {
    section.rewrite(name, publicly(await now()));
    return;
  }
  await expect.poll(async () => normalised(await now())).toBe(normalised(written));
}

/** Every line of the page is in the log; there may be more. */
async function logged(section: Section, lines: () => string): Promise<void> {
  const written = section.block(LOGGED);
  if (written === undefined) return;
  if (WRITES) section.rewrite(LOGGED, publicly(lines()));
  const expected = written.trim().split('\n').map(normalised);
  await expect
    .poll(() => lines().split('\n').map(normalised))
    .toEqual(expect.arrayContaining(WRITES ? [] : expected));
}

function seen({ status, statusText, headers }: Response, body: string): string {
  const challenge = headers.get('www-authenticate');
  const retryAfter = headers.get('retry-after');
  const type = headers.get('content-type') ?? '';
  return [
    `HTTP/1.1 ${status} ${statusText}`,
    `X-Request-Id: ${headers.get('x-request-id')}`,
    ...(challenge === null ? [] : [`WWW-Authenticate: ${challenge}`]),
    ...(retryAfter === null ? [] : [`Retry-After: ${retryAfter}`]),
    '',
    type.startsWith('text/html') ? pageText(body) : body,
  ].join('\n');
}

/** Without what only a person at that machine could use. */
function linesOf(log: string, reference: string): string {
  return log
    .split('\n')
    .filter((line) => line.includes(`"${reference}"`) && !/"level":"debug"|"event":/.test(line))
    .map((line) => line.replace(/,"stack":"(?:[^"\\]|\\.)*"/g, ''))
    .join('\n');
}

/** The addresses of a test stand for those of a laptop. */
function publicly(text: string): string {
  return text
    .replaceAll(/(DatabaseError.*ECONNREFUSED 127\.0\.0\.1):\d+/g, '$1:5432')
    .replaceAll(/(AuthenticationFailure.*ECONNREFUSED 127\.0\.0\.1):\d+/g, '$1:3003')
    .replaceAll(/127\.0\.0\.1:\d{5}/g, '127.0.0.1:3002')
    .replaceAll(/localhost:1\b/g, 'app.example.com');
}

async function value({ management }: TestGatehouse, { metric, labels }: Movement): Promise<number> {
  const all = await Promise.all(management.map((origin) => scrape(origin)));
  return all.reduce((sum, one) => sum + one.sum(metric, labels), 0);
}
