import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { ask, codeToRedeem, manyAtOnce, refreshRequest, successes, type Answer } from '../support/races.js';
import { ALL_ROLES, kill, startReplicas, type Replicas } from '../support/replicas.js';

const PARALLEL = 50;
const GRACE_SECONDS = 3;

describe('Two processes over one database', () => {
  let deployment: Replicas;
  let origins: string[];
  const [one, other] = [0, 1] as const;
  const origin = (index: number): string => origins[index] ?? '';

  beforeAll(async () => {
    deployment = await startReplicas([ALL_ROLES, ALL_ROLES], {
      REFRESH_TOKEN_GRACE_SECONDS: String(GRACE_SECONDS),
    });
    origins = deployment.replicas.map((replica) => replica.origin);
  }, 120_000);
  afterAll(() => deployment.stop());

  const tokens = async (): Promise<Answer['body']> =>
    (await ask(origin(one), await codeToRedeem(origin(one)))).body;
  /** What was under way ends somehow when a process dies. */
  const settled = async (answers: Promise<Answer>[]): Promise<Answer[]> =>
    (await Promise.allSettled(answers)).flatMap((answer) =>
      answer.status === 'fulfilled' ? [answer.value] : [],
    );
  const crash = async (): Promise<void> => {
    await Promise.all(deployment.replicas.map(kill));
    await deployment.restart(one);
    await deployment.restart(other);
  };

  it('give one token for a code that is redeemed fifty times at once', async () => {
    const answers = await manyAtOnce(PARALLEL, origins, await codeToRedeem(origin(one)));
    expect(successes(answers)).toHaveLength(1);
  });

  it('give one successor of a refresh token that is redeemed fifty times at once, and revoke nothing', async () => {
    const { refresh_token: token = '' } = await tokens();
    const answers = await manyAtOnce(PARALLEL, origins, refreshRequest(token));
    expect(successes(answers)).toHaveLength(PARALLEL);
    const successors = new Set(answers.map(({ body }) => body.refresh_token));
    expect(successors.size).toBe(1);
    const [successor = ''] = successors;
    expect((await ask(origin(other), refreshRequest(successor))).status).toBe(200);
  });

  it('revoke the family when a refresh token comes back after the grace period', async () => {
    const { refresh_token: stolen = '' } = await tokens();
    const { body: next } = await ask(origin(one), refreshRequest(stolen));
    await vi.waitFor(
      async () => expect((await ask(origin(other), refreshRequest(stolen))).status).toBe(400),
      { timeout: 10_000, interval: 200 },
    );
    expect((await ask(origin(one), refreshRequest(next.refresh_token ?? ''))).status).toBe(400);
  });

  it('lose no code in a crash, and let none be used twice', async () => {
    const parameters = await codeToRedeem(origin(one));
    await crash();
    expect((await ask(origin(other), parameters)).status).toBe(200);
    await crash();
    expect((await ask(origin(one), parameters)).body).toMatchObject({ error: 'invalid_grant' });
  }, 60_000);

  it('issue no second token for a code when they crash while it is redeemed', async () => {
    const parameters = await codeToRedeem(origin(one));
    const running = Array.from({ length: PARALLEL }, (_unused, index) => ask(origin(index % 2), parameters));
    await Promise.race(running);
    await crash();
    const before = successes(await settled(running));
    const after = await ask(origin(one), parameters);
    expect(before.length + (after.status === 200 ? 1 : 0)).toBeLessThanOrEqual(1);
  }, 60_000);

  it('give the same successor of a refresh token before and after a crash', async () => {
    const { refresh_token: token = '' } = await tokens();
    const running = Array.from({ length: PARALLEL }, (_unused, index) =>
      ask(origin(index % 2), refreshRequest(token)),
    );
    await Promise.race(running);
    await Promise.all(deployment.replicas.map(kill));
    const answers = successes(await settled(running));
    await deployment.restart(one);
    await deployment.restart(other);
    const [known] = answers.map(({ body }) => body.refresh_token ?? '');
    expect(new Set(answers.map(({ body }) => body.refresh_token)).size).toBe(1);
    expect((await ask(origin(other), refreshRequest(known ?? ''))).status).toBe(200);
  }, 60_000);
});
