import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEPLOYMENTS, testGatehouse, type TestGatehouse } from '../support/gatehouse.js';
import { rpc } from '../support/mcp-client.js';
import { freshCode, INSPECTOR, redeem, type TokenResponse } from '../support/oauth-flow.js';

describe.each(DEPLOYMENTS)('Secrets, %s', (deployment) => {
  let gatehouse: TestGatehouse;

  beforeAll(async () => {
    gatehouse = await testGatehouse({ deployment, variables: { LOG_LEVEL: 'trace' } });
  });

  afterAll(() => gatehouse.stop());

  it('appear in no log line and no metric of a whole run, good and bad', async () => {
    const { code, codeVerifier } = await freshCode(gatehouse.proxy, { state: 'state-secret-123' });
    const form = {
      grant_type: 'authorization_code',
      code,
      client_id: INSPECTOR.clientId,
      code_verifier: codeVerifier,
    };
    await redeem(gatehouse.proxy, { ...form, code_verifier: 'wrong-verifier-'.repeat(4) });
    const tokens = (await (await redeem(gatehouse.proxy, form)).json()) as TokenResponse;
    await redeem(gatehouse.proxy, form);
    await rpc(gatehouse.mcpUrl, 'tools/list', { token: tokens.access_token });
    await rpc(gatehouse.mcpUrl, 'foo/bar', { token: tokens.access_token });
    await rpc(gatehouse.mcpUrl, 'tools/list', { token: `${tokens.access_token}x` });
    await rpc(`${gatehouse.mcpUrl}?access_token=${tokens.access_token}`, 'tools/list');
    await redeem(gatehouse.proxy, {
      grant_type: 'refresh_token',
      refresh_token: tokens.refresh_token,
      client_id: INSPECTOR.clientId,
    });
    const metrics = await Promise.all(
      gatehouse.management.map(async (origin) => (await fetch(`${origin}/metrics`)).text()),
    );
    const said = gatehouse.log() + metrics.join('') + (await gatehouse.auditLines()).join('\n');
    expect(said).toContain('token.issued');
    const secrets = [
      code,
      codeVerifier,
      'wrong-verifier',
      'state-secret-123',
      tokens.refresh_token,
      ...tokens.access_token.split('.').slice(1),
    ];
    for (const secret of secrets) expect(said).not.toContain(secret);
  });

  it('are kept out of a log whose every line is JSON with time and level', () => {
    for (const line of gatehouse.log().trim().split('\n')) {
      expect(JSON.parse(line)).toMatchObject({
        level: expect.any(String) as string,
        time: expect.any(String) as string,
      });
    }
  });
});
