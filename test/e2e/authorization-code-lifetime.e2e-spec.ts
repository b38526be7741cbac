import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { testGatehouse, type TestGatehouse } from '../support/gatehouse.js';
import { freshCode, INSPECTOR, redeem } from '../support/oauth-flow.js';

describe('Lifetime of an authorization code', () => {
  let gatehouse: TestGatehouse;

  beforeEach(async () => {
    gatehouse = await testGatehouse();
    vi.useFakeTimers({ toFake: ['Date'] });
  });

  afterEach(async () => {
    vi.useRealTimers();
    await gatehouse.stop();
  });

  it('is redeemed after 599 s and refused after 601 s', async () => {
    const redeemAfter = async (seconds: number): Promise<Response> => {
      const { code, codeVerifier } = await freshCode(gatehouse.proxy);
      vi.setSystemTime(Date.now() + seconds * 1000);
      return redeem(gatehouse.proxy, {
        grant_type: 'authorization_code',
        code,
        client_id: INSPECTOR.clientId,
        code_verifier: codeVerifier,
      });
    };
    expect((await redeemAfter(599)).status).toBe(200);
    const late = await redeemAfter(601);
    expect(late.status).toBe(400);
    expect(await late.json()).toMatchObject({ error: 'invalid_grant' });
  });
});
