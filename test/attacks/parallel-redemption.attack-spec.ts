import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { testGatehouse, type TestGatehouse } from '../support/gatehouse.js';
import { rpc } from '../support/mcp-client.js';
import { ask, codeToRedeem, manyAtOnce, refreshRequest, successes } from '../support/races.js';

const PARALLEL = 50;

describe('Fifty who redeem the same at once, at two replicas', () => {
  let first: TestGatehouse;
  let second: TestGatehouse;
  let origins: string[];

  beforeAll(async () => {
    first = await testGatehouse();
    second = await testGatehouse({
      dataDirectory: first.dataDirectory,
      variables: { PUBLIC_URL: first.proxy },
    });
    origins = [first.proxy, second.proxy];
  });
  afterEach(() => {
    vi.useRealTimers();
  });
  afterAll(async () => {
    await second.stop();
    await first.stop();
  });

  it('get one token for a code, and that one dies, because somebody else had the code', async () => {
    const parameters = await codeToRedeem(first.proxy);
    const answers = await manyAtOnce(PARALLEL, origins, parameters);
    expect(successes(answers)).toHaveLength(1);
    const refused = answers.filter(({ status }) => status !== 200);
    expect(new Set(refused.map(({ status, body }) => `${status} ${body.error}`))).toEqual(
      new Set(['400 invalid_grant']),
    );
    const [winner] = successes(answers);
    expect((await ask(first.proxy, refreshRequest(winner?.body.refresh_token ?? 'none'))).status).toBe(400);
  });

  it('get one successor of a refresh token inside the grace period, and it works', async () => {
    const { body } = await ask(first.proxy, await codeToRedeem(first.proxy));
    const answers = await manyAtOnce(PARALLEL, origins, refreshRequest(body.refresh_token ?? ''));
    expect(successes(answers)).toHaveLength(PARALLEL);
    const successors = new Set(answers.map(({ body: { refresh_token } }) => refresh_token));
    expect(successors.size).toBe(1);
    const [successor = ''] = successors;
    expect((await ask(second.proxy, refreshRequest(successor))).status).toBe(200);
  });

  it('kill the whole family of a refresh token after it', async () => {
    const { body } = await ask(first.proxy, await codeToRedeem(first.proxy));
    const stolen = refreshRequest(body.refresh_token ?? '');
    const { body: next } = await ask(first.proxy, stolen);
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 121_000 });
    const answers = await manyAtOnce(PARALLEL, origins, stolen);
    expect(successes(answers)).toHaveLength(0);
    expect((await ask(first.proxy, refreshRequest(next.refresh_token ?? ''))).status).toBe(400);
    vi.useRealTimers();
    await vi.waitFor(
      async () => {
        const response = await rpc(first.mcpUrl, 'tools/list', { token: next.access_token });
        expect(response.status).toBe(401);
      },
      { timeout: 5_000, interval: 50 },
    );
  });
});
