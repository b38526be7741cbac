import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openTestDatabase } from '../../../test/support/test-database.js';
import { FlowTimeline, type FlowEvent } from '../../authorization-server/flows/flow-timeline.js';
import { createLogger } from '../../logging/logger.js';
import type { Database } from '../../storage/schema.js';
import type { Operator } from '../operator.js';
import { flowCommand } from './flow.command.js';

describe('gatehouse flow show', () => {
  let folder: string;
  let database: Database;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gatehouse-flow-show-'));
    database = await openTestDatabase(folder);
  });

  afterEach(async () => {
    await database.destroy();
    await rm(folder, { recursive: true, force: true });
  });

  const shown = async (...events: Omit<FlowEvent, 'flow' | 'requestId'>[]): Promise<string> => {
    const timeline = new FlowTimeline(database, createLogger('silent'));
    for (const event of events) timeline.record({ flow: 'the-flow', requestId: 'a-request', ...event });
    await timeline.onApplicationShutdown();
    return flowCommand(['show', 'a-request'], { database } as Operator);
  };

  it('says that a flow goes on whose user was stopped and tried again', async () => {
    const text = await shown(
      { step: 'authorize', outcome: 'ok' },
      { step: 'sign_in', outcome: 'failed', reason: 'sign_in_unavailable' },
      { step: 'consent', outcome: 'asked' },
    );
    expect(text).toMatch(/sign-in +failed +sign_in_unavailable/);
    expect(text).toContain('It waits for the user at the consent, or was left there.');
  });

  it('says what to do where it stopped last', async () => {
    const text = await shown({ step: 'refresh', outcome: 'failed', reason: 'refresh_token_reused' });
    expect(text).toContain('It stopped at the refresh: refresh_token_reused\nthe refresh token was redeemed');
  });

  it('says where to look for a request that is part of no flow, whatever its id is', async () => {
    const text = await flowCommand(['show', `a\u001b[31m${'x'.repeat(500)}`], { database } as Operator);
    expect(text).toMatch(/^No authorization flow of the last three days had a request with the id a/);
    expect(text).toContain('kubectl logs');
    expect(text).not.toContain('\u001b');
    expect(text.length).toBeLessThan(1_500);
  });

  it.each([[[]], [['hide', 'x']], [['show']], [['show', 'x', 'y']]])(
    'says how it is used for %j',
    async (words) => {
      await expect(flowCommand(words, { database } as Operator)).rejects.toThrow(/flow/);
    },
  );
});
