import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openTestDatabase } from '../../../test/support/test-database.js';
import { createLogger } from '../../logging/logger.js';
import type { Database } from '../../storage/schema.js';
import { FlowTimeline } from './flow-timeline.js';
import { readFlow } from './read-flow.js';

describe('The timeline of flows', () => {
  let folder: string;
  let database: Database;
  let log: string;
  let timeline: FlowTimeline;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gatehouse-flows-'));
    database = await openTestDatabase(folder);
    log = '';
    timeline = new FlowTimeline(
      database,
      createLogger('warn', { write: (line: string) => void (log += line) }),
    );
  });

  afterEach(async () => {
    await database.destroy();
    await rm(folder, { recursive: true, force: true });
  });

  const count = async (): Promise<number> =>
    (await database.selectFrom('flow_event').select('id').execute()).length;

  it('keeps of a flood no more than it can write, and says so', async () => {
    for (let turn = 0; turn < 2_000; turn++) {
      timeline.record({ flow: `f${turn}`, step: 'authorize', outcome: 'failed', requestId: `r${turn}` });
    }
    await timeline.onApplicationShutdown();
    expect(await count()).toBe(500);
    expect(log).toContain('"dropped":1500');
  });

  it('cuts what somebody made long', async () => {
    timeline.record({
      flow: 'f'.repeat(500),
      step: 'authorize',
      outcome: 'ok',
      client: 'c'.repeat(5_000),
      requestId: 'r'.repeat(500),
    });
    await timeline.onApplicationShutdown();
    const [row] = await database.selectFrom('flow_event').selectAll().execute();
    expect([row?.flow.length, row?.client?.length, row?.request_id.length]).toEqual([64, 200, 64]);
  });

  it('does not let a database that is away disturb anybody', async () => {
    await database.destroy();
    timeline.record({ flow: 'f', step: 'authorize', outcome: 'ok', requestId: 'r' });
    await timeline.onApplicationShutdown();
    expect(log).toContain('flow events could not be kept');
    database = await openTestDatabase(folder);
  });

  it('finds a flow by any of its requests, in the order of time', async () => {
    timeline.record({ flow: 'f', step: 'authorize', outcome: 'ok', requestId: 'r1' });
    timeline.record({ flow: 'f', step: 'code', outcome: 'ok', requestId: 'r2', codeHash: 'h' });
    timeline.record({ flow: 'r3', step: 'token', outcome: 'ok', requestId: 'r3', codeHash: 'h' });
    timeline.record({ flow: 'g', step: 'authorize', outcome: 'ok', requestId: 'r4' });
    await timeline.onApplicationShutdown();
    for (const reference of ['f', 'r1', 'r2', 'r3']) {
      const events = await readFlow(database, reference);
      expect(events.map(({ step }) => step)).toEqual(['authorize', 'code', 'token']);
    }
    expect(await readFlow(database, 'unknown')).toEqual([]);
  });
});
