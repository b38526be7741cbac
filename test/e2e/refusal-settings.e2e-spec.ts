import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startGatehouse } from '../../src/roles/start-gatehouse.js';
import { parseBearerChallenge } from '../../src/testing/client/bearer-challenge.js';
import { DEPLOYMENTS, testGatehouse, type TestGatehouse } from '../support/gatehouse.js';
import { rpc } from '../support/mcp-client.js';
import { tokenFor } from '../support/oauth-flow.js';
import { REFUSALS } from '../support/refusals.js';
import { TokenForge } from '../support/token-forge.js';

const GENERIC = 'The access token is not valid';

/** What is left of an answer when all that differs by request is taken out. */
async function shown(response: Response): Promise<object> {
  const headers = [...response.headers].filter(([name]) => !['date', 'x-request-id'].includes(name));
  return { status: response.status, headers: Object.fromEntries(headers), body: await response.text() };
}

describe.each(DEPLOYMENTS)('TOKEN_ERROR_DETAILS=false, %s', (deployment) => {
  let gatehouse: TestGatehouse;
  let forge: TokenForge;
  let expired: object;

  beforeAll(async () => {
    gatehouse = await testGatehouse({ deployment, variables: { TOKEN_ERROR_DETAILS: 'false' } });
    forge = await TokenForge.of(gatehouse);
    const token = await forge.token({ claims: { exp: 1 } });
    expired = await shown(await rpc(gatehouse.mcpUrl, 'tools/list', { token }));
  });

  afterAll(() => gatehouse.stop());

  it.each(REFUSALS)('says nothing of %s but that it is not valid', async (_what, make) => {
    const token = await make(forge, gatehouse.mcpUrl);
    for (const url of [gatehouse.mcpUrl, `${gatehouse.mcp}/mcp`]) {
      const response = await rpc(url, 'tools/list', { token });
      expect(response.status).toBe(401);
      const challenge = parseBearerChallenge(response.headers.get('www-authenticate'));
      expect(challenge).toMatchObject({ error: 'invalid_token', errorDescription: GENERIC });
      const body = await response.text();
      expect(JSON.parse(body)).toMatchObject({ error: 'invalid_token', error_description: GENERIC });
      expect(body).not.toContain(token);
    }
    expect(await shown(await rpc(gatehouse.mcpUrl, 'tools/list', { token }))).toEqual(expired);
  });

  it('answers a revoked token as any other', async () => {
    const { access_token: token } = await tokenFor(gatehouse.proxy);
    expect((await rpc(gatehouse.mcpUrl, 'tools/list', { token })).status).toBe(200);
    const revoked = await fetch(`${gatehouse.proxy}/revoke`, {
      method: 'POST',
      body: new URLSearchParams({ token, client_id: 'mcp-inspector-client' }),
    });
    expect(revoked.status).toBe(200);
    await expect
      .poll(async () => shown(await rpc(gatehouse.mcpUrl, 'tools/list', { token })), { timeout: 10_000 })
      .toEqual(expired);
  });

  it('still says to whoever sent no token where to get one', async () => {
    const response = await rpc(gatehouse.mcpUrl, 'tools/list');
    expect(response.headers.get('www-authenticate')).not.toContain('error');
    expect(await response.json()).toMatchObject({ error: 'unauthorized' });
  });

  it('still says which scope is missing', async () => {
    const token = await forge.withScope('mcp:prompts:list');
    const response = await rpc(gatehouse.mcpUrl, 'tools/list', { token });
    expect(response.status).toBe(403);
    expect(response.headers.get('www-authenticate')).toContain('scope="mcp:tools:read"');
  });

  it('keeps the reason in log, metrics and audit trail, without the token', async () => {
    const token = await forge.token({ claims: { aud: 'https://other.example.com/mcp' } });
    const response = await rpc(gatehouse.mcpUrl, 'tools/list', { token });
    const requestId = response.headers.get('x-request-id') ?? '';
    const lines = gatehouse.log().split('\n');
    const line = lines.find((text) => text.includes(requestId) && text.includes('access token refused'));
    expect(JSON.parse(line ?? '{}')).toMatchObject({ reason: 'audience' });
    const texts = await Promise.all(
      gatehouse.management.map(async (url) => (await fetch(`${url}/metrics`)).text()),
    );
    expect(texts.join('')).toMatch(
      /^gatehouse_token_verification_duration_seconds_count\{(?=[^}]*result="audience")[^}]*\} [1-9]/m,
    );
    const trail = (await gatehouse.auditLines()).join('\n');
    expect(trail).toContain('"audience"');
    for (const text of [gatehouse.log(), trail]) expect(text).not.toContain(token.split('.')[2]);
  });
});

describe('TOKEN_ERROR_DETAILS=false, with keys that cannot be fetched', () => {
  it('stays 503: that is no fault of the token', async () => {
    const issuer = 'https://identity.example.com';
    const gatehouse = await testGatehouse({
      variables: {
        TOKEN_ERROR_DETAILS: 'false',
        TOKEN_ISSUER: issuer,
        TOKEN_JWKS_URL: 'http://127.0.0.1:1/keys',
      },
    });
    try {
      const token = await (await TokenForge.of(gatehouse)).token({ claims: { iss: issuer } });
      const response = await rpc(gatehouse.mcpUrl, 'tools/list', { token });
      expect(response.status).toBe(503);
      expect(response.headers.get('retry-after')).toBe('5');
      expect(response.headers.get('www-authenticate')).toBeNull();
      expect(await response.json()).toMatchObject({ error: 'temporarily_unavailable' });
    } finally {
      await gatehouse.stop();
    }
  });
});

describe('TOKEN_REALM', () => {
  const realm = String.raw`Acme "gate" \ 1, scope="all"`;
  const quoted = String.raw`, realm="Acme \"gate\" \\ 1, scope=\"all\""`;
  let gatehouse: TestGatehouse;
  let forge: TokenForge;

  beforeAll(async () => {
    gatehouse = await testGatehouse({
      variables: { TOKEN_REALM: realm, MCP_TOOL_SECURITY_SCHEMES: 'true' },
    });
    forge = await TokenForge.of(gatehouse);
  });

  afterAll(() => gatehouse.stop());

  it('stands in the challenge to a request without a token, quoted (RFC 9110 section 5.6.4)', async () => {
    const response = await rpc(gatehouse.mcpUrl, 'tools/list');
    const metadata = `resource_metadata="${gatehouse.proxy}/.well-known/oauth-protected-resource/mcp"`;
    const header = response.headers.get('www-authenticate') ?? '';
    expect(header).toMatch(/^Bearer scope="mcp:/);
    expect(header.endsWith(`${metadata}${quoted}`)).toBe(true);
  });

  it('stands in that to a refused token', async () => {
    const token = await forge.token({ claims: { exp: 1 } });
    const response = await rpc(gatehouse.mcpUrl, 'tools/list', { token });
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toContain(quoted);
  });

  it('stands in that to a request other than POST', async () => {
    const response = await fetch(gatehouse.mcpUrl);
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toContain(quoted);
  });

  it('stands in that to a token whose scopes do not suffice, also where ChatGPT looks for it', async () => {
    const token = await forge.withScope('mcp:prompts:list');
    const listed = await rpc(gatehouse.mcpUrl, 'tools/list', { token });
    expect(listed.status).toBe(403);
    expect(listed.headers.get('www-authenticate')).toContain(quoted);
    const called = await rpc(gatehouse.mcpUrl, 'tools/call', {
      token,
      params: { name: 'add', arguments: { a: 1, b: 2 } },
    });
    expect(called.status).toBe(403);
    const header = called.headers.get('www-authenticate') ?? '';
    expect(header.endsWith(quoted)).toBe(true);
    expect(await called.json()).toMatchObject({ result: { _meta: { 'mcp/www_authenticate': [header] } } });
  });

  it.each([
    ['a line break', 'gate\r\nSet-Cookie: a=b'],
    ['a letter outside ASCII', 'Zürich'],
  ])('with %s stops the start', async (_what, value) => {
    await expect(startGatehouse({ variables: { TOKEN_REALM: value } })).rejects.toThrow(
      'TOKEN_REALM: must be 1 to 200 printable ASCII characters',
    );
  });
});
