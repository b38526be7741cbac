import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Metrics } from '../../src/metrics/metrics.js';
import { testGatehouse, type TestGatehouse } from '../support/gatehouse.js';
import { INSPECTOR, redeem, tokenFor, type TokenResponse } from '../support/oauth-flow.js';

const DAY = 86_400;

let gatehouse: TestGatehouse;

async function start(variables: Record<string, string> = {}): Promise<void> {
  gatehouse = await testGatehouse({ variables });
  vi.useFakeTimers({ toFake: ['Date'] });
}

afterEach(async () => {
  vi.useRealTimers();
  await gatehouse.stop();
});

function later(seconds: number): void {
  vi.setSystemTime(Date.now() + seconds * 1000);
}

function refresh(refreshToken: string, more: Record<string, string> = {}): Promise<Response> {
  return redeem(gatehouse.proxy, {
    grant_type: 'refresh_token',
    refresh_token: refreshToken,
    client_id: INSPECTOR.clientId,
    ...more,
  });
}

async function refreshed(refreshToken: string): Promise<TokenResponse> {
  const response = await refresh(refreshToken);
  expect(response.status).toBe(200);
  return (await response.json()) as TokenResponse;
}

/** How often each outcome was counted. */
async function counted(outcome: string): Promise<number> {
  const metrics = gatehouse.instances[0]?.core.get<Metrics>(Metrics);
  const { values = [] } = (await metrics?.refreshTokens.get()) ?? {};
  return values.find(({ labels }) => labels.outcome === outcome)?.value ?? 0;
}

describe('refresh token rotation (RFC 9700 section 4.14.2)', () => {
  beforeEach(() => start());

  it('gives a successor, and an access token that works', async () => {
    const first = await tokenFor(gatehouse.proxy);
    const second = await refreshed(first.refresh_token);
    expect(second.refresh_token).not.toBe(first.refresh_token);
    expect(second.access_token).not.toBe(first.access_token);
    expect(second.scope).toBe(first.scope);
  });

  it('gives one successor to 50 that redeem a refresh token at once, and revokes nothing', async () => {
    const { refresh_token } = await tokenFor(gatehouse.proxy);
    const answers = await Promise.all(Array.from({ length: 50 }, () => refreshed(refresh_token)));
    expect(new Set(answers.map((answer) => answer.refresh_token)).size).toBe(1);
    expect(new Set(answers.map((answer) => answer.access_token)).size).toBe(50);
    await refreshed(answers[0]?.refresh_token ?? '');
    expect([await counted('rotated'), await counted('repeated'), await counted('reused')]).toEqual([
      2, 49, 0,
    ]);
  });

  it.each([0, 33, 76, 119])('gives the same successor to whoever comes again after %i s', async (seconds) => {
    const { refresh_token } = await tokenFor(gatehouse.proxy);
    const second = await refreshed(refresh_token);
    later(seconds);
    const again = await refreshed(refresh_token);
    expect(again.refresh_token).toBe(second.refresh_token);
    await refreshed(second.refresh_token);
  });

  it('gives the same successor within the grace period even when that was redeemed meanwhile', async () => {
    const { refresh_token } = await tokenFor(gatehouse.proxy);
    const second = await refreshed(refresh_token);
    const third = await refreshed(second.refresh_token);
    const again = await refreshed(refresh_token);
    expect(again.refresh_token).toBe(second.refresh_token);
    expect((await refreshed(again.refresh_token)).refresh_token).toBe(third.refresh_token);
  });

  it('revokes the whole family, audits and counts it when a token comes back after the grace period', async () => {
    const first = await tokenFor(gatehouse.proxy);
    const second = await refreshed(first.refresh_token);
    later(121);
    const replayed = await refresh(first.refresh_token);
    expect(replayed.status).toBe(400);
    const answer = (await replayed.json()) as { error: string; error_description: string };
    expect(answer.error).toBe('invalid_grant');
    expect(answer.error_description).toMatch(/redeemed before.*start the flow again/);
    expect((await refresh(second.refresh_token)).status).toBe(400);
    expect(await counted('reused')).toBe(1);
    const audited = await gatehouse.audited('refresh_token.reused');
    expect(audited).toHaveLength(1);
    expect(audited[0]).toMatchObject({
      severity_id: 4,
      actor: { app_uid: INSPECTOR.clientId, user: { uid: 'dev_user_123' } },
    });
    expect(gatehouse.log()).not.toContain(first.refresh_token);
  });

  it('leaves the families of other authorizations alone', async () => {
    const [mine, other] = [await tokenFor(gatehouse.proxy), await tokenFor(gatehouse.proxy)];
    await refreshed(mine.refresh_token);
    later(121);
    expect((await refresh(mine.refresh_token)).status).toBe(400);
    expect((await refresh(other.refresh_token)).status).toBe(200);
  });

  it('raises the alarm for a token from three rotations ago, even past its own lifetime', async () => {
    const first = await tokenFor(gatehouse.proxy);
    let { refresh_token } = await refreshed(first.refresh_token);
    for (let rotation = 0; rotation < 3; rotation += 1) {
      later(4 * DAY);
      ({ refresh_token } = await refreshed(refresh_token));
    }
    later(DAY);
    expect((await refresh(first.refresh_token)).status).toBe(400);
    expect(await counted('reused')).toBe(1);
    expect((await refresh(refresh_token)).status).toBe(400);
  });

  it('raises no alarm for a token that nobody ever had', async () => {
    expect((await refresh('x'.repeat(43))).status).toBe(400);
    expect([await counted('reused'), await counted('refused')]).toEqual([0, 1]);
  });

  it('does not rotate for another client, and does not harm the family', async () => {
    const { refresh_token } = await tokenFor(gatehouse.proxy);
    const registered = await fetch(`${gatehouse.proxy}/register`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ redirect_uris: ['http://127.0.0.1:1/cb'] }),
    });
    const { client_id } = (await registered.json()) as { client_id: string };
    expect((await refresh(refresh_token, { client_id })).status).toBe(400);
    later(121);
    await refreshed(refresh_token);
  });

  it('does not rotate when the scope is refused: the token is still good', async () => {
    const { refresh_token } = await tokenFor(gatehouse.proxy, 'mcp:tools:read');
    const refused = await refresh(refresh_token, { scope: 'mcp:tools:execute' });
    expect(await refused.json()).toMatchObject({ error: 'invalid_scope' });
    later(121);
    await refreshed(refresh_token);
  });
});

describe('refresh token lifetimes', () => {
  it('end after the idle time, counted from the last use', async () => {
    await start({ REFRESH_TOKEN_TTL_SECONDS: String(2 * DAY) });
    let { refresh_token } = await tokenFor(gatehouse.proxy);
    later(2 * DAY - 1);
    ({ refresh_token } = await refreshed(refresh_token));
    later(2 * DAY - 1);
    ({ refresh_token } = await refreshed(refresh_token));
    later(2 * DAY + 1);
    expect((await refresh(refresh_token)).status).toBe(400);
  });

  it('end with the absolute lifetime, however often they are used', async () => {
    await start({
      REFRESH_TOKEN_TTL_SECONDS: String(2 * DAY),
      REFRESH_TOKEN_MAX_AGE_SECONDS: String(3 * DAY),
    });
    let { refresh_token } = await tokenFor(gatehouse.proxy);
    for (let hours = 12; hours < 72; hours += 12) {
      later(DAY / 2);
      ({ refresh_token } = await refreshed(refresh_token));
    }
    later(DAY / 2 + 1);
    expect((await refresh(refresh_token)).status).toBe(400);
  });

  it('have a grace period that can be switched off', async () => {
    await start({ REFRESH_TOKEN_GRACE_SECONDS: '0' });
    const first = await tokenFor(gatehouse.proxy);
    const second = await refreshed(first.refresh_token);
    expect((await refresh(first.refresh_token)).status).toBe(400);
    expect((await refresh(second.refresh_token)).status).toBe(400);
  });

  it('have a grace period of up to an hour', async () => {
    await start({ REFRESH_TOKEN_GRACE_SECONDS: '3600' });
    const first = await tokenFor(gatehouse.proxy);
    const second = await refreshed(first.refresh_token);
    later(3599);
    expect((await refreshed(first.refresh_token)).refresh_token).toBe(second.refresh_token);
  });
});
