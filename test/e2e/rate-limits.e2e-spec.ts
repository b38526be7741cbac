import { afterEach, describe, expect, it } from 'vitest';
import { configurationFile } from '../support/configuration-file.js';
import { documentHost } from '../support/document-host.js';
import { DEPLOYMENTS, testGatehouse, type TestGatehouse, type TestOptions } from '../support/gatehouse.js';
import { ERAS } from '../support/mcp-client.js';
import { McpPeer } from '../support/mcp-peer.js';
import { requestFrom } from '../support/request-from.js';
import { TokenForge } from '../support/token-forge.js';

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

async function started(settings: object, options: TestOptions = {}): Promise<TestGatehouse> {
  const file = await configurationFile(settings);
  cleanups.push(() => file.remove());
  const gatehouse = await testGatehouse({
    ...options,
    variables: { GATEHOUSE_CONFIG_FILE: file.path, ...options.variables },
  });
  cleanups.push(() => gatehouse.stop());
  return gatehouse;
}

async function refusals({ management }: TestGatehouse, limit: string): Promise<number> {
  const texts = await Promise.all(
    management.map(async (origin) => (await fetch(`${origin}/metrics`)).text()),
  );
  const counts = texts.flatMap((text) => [
    ...text.matchAll(new RegExp(`gatehouse_rate_limited_total\\{limit="${limit}"\\} (\\d+)`, 'g')),
  ]);
  return counts.reduce((sum, [, count]) => sum + Number(count), 0);
}

const refused = (limit: string) => ({
  error: 'temporarily_unavailable',
  error_description: expect.stringMatching(
    new RegExp(`rateLimits\\.${limit}\\); try again in \\d+ seconds`),
  ) as string,
});

describe.each(DEPLOYMENTS)('Rate limits of the authorization server, %s', (deployment) => {
  it.each([
    ['/token', 'token', 'grant_type=authorization_code&code=x&client_id=mcp-inspector-client'],
    ['/par', 'authorize', 'client_id=mcp-inspector-client'],
    ['/revoke', 'revoke', 'token=x&client_id=mcp-inspector-client'],
    ['/introspect', 'introspect', 'token=x'],
    ['/register', 'register', '{}'],
  ])('answer one request too many to %s by 429, readable for pages', async (path, limit, body) => {
    const gatehouse = await started({ rateLimits: { [limit]: 2 } }, { deployment });
    const send = () =>
      fetch(`${gatehouse.proxy}${path}`, {
        method: 'POST',
        headers: path === '/register' ? { 'content-type': 'application/json' } : FORM,
        body,
      });
    for (let index = 0; index < 2; index++) expect((await send()).status).not.toBe(429);
    const answer = await send();
    expect(answer.status).toBe(429);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(answer.headers.get('access-control-allow-origin')).toBe('*');
    expect(answer.headers.get('access-control-expose-headers')).toContain('Retry-After');
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.headers.get('x-request-id')).toBeTruthy();
    expect(await answer.json()).toEqual(refused(limit));
    expect(await refusals(gatehouse, limit)).toBe(1);
  });

  it('tell a browser on a page', async () => {
    const gatehouse = await started({ rateLimits: { authorize: 1, signIn: 1 } }, { deployment });
    const send = (path: string, method: string) =>
      fetch(`${gatehouse.proxy}${path}`, { method, headers: { accept: 'text/html' } });
    for (const [path, method] of [
      ['/authorize?client_id=x', 'GET'],
      ['/sign-in/some-id', 'POST'],
    ] as const) {
      expect((await send(path, method)).status).not.toBe(429);
      const answer = await send(path, method);
      expect(answer.status).toBe(429);
      expect(answer.headers.get('content-type')).toContain('text/html');
      expect(answer.headers.get('access-control-allow-origin')).toBeNull();
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
      expect(await answer.text()).toMatch(/Too many requests.*wait \d+ seconds/s);
    }
    expect((await fetch(`${gatehouse.proxy}/authorize?client_id=x`)).status).toBe(429);
    expect((await fetch(`${gatehouse.proxy}/.well-known/jwks.json`)).status).toBe(200);
  });

  it('hold for one address, and not for its neighbour', async () => {
    const gatehouse = await started({ rateLimits: { token: 1 } }, { deployment });
    const send = async (address: string) =>
      (await requestFrom(address, `${gatehouse.proxy}/token`, { method: 'POST', headers: FORM })).status;
    expect(await send('127.0.0.1')).toBe(400);
    expect(await send('127.0.0.1')).toBe(429);
  });
});

describe('Failed authentications of clients', () => {
  const attempt = (gatehouse: TestGatehouse, client: string, secret: string) =>
    fetch(`${gatehouse.proxy}/token`, {
      method: 'POST',
      headers: { ...FORM, authorization: `Basic ${Buffer.from(`${client}:${secret}`).toString('base64')}` },
      body: 'grant_type=client_credentials',
    });

  it('are limited for each client at an address, the right secret included, and nobody else is locked out', async () => {
    const gatehouse = await started(
      {
        rateLimits: { clientFailures: 3 },
        clients: ['job-a', 'job-b'].map((clientId) => ({
          clientId,
          clientName: clientId,
          tokenEndpointAuthMethod: 'client_secret_basic',
          clientSecretEnv: 'JOB_SECRET',
          grantTypes: ['client_credentials'],
          scopes: ['mcp:tools:read'],
        })),
      },
      { variables: { JOB_SECRET: 'a-secret-of-more-than-thirty-two-characters' } },
    );
    const statuses: number[] = [];
    for (let index = 0; index < 5; index++)
      statuses.push((await attempt(gatehouse, 'job-a', 'wrong')).status);
    expect(statuses).toEqual([401, 401, 401, 401, 429]);
    const right = 'a-secret-of-more-than-thirty-two-characters';
    const blocked = await attempt(gatehouse, 'job-a', right);
    expect(blocked.status).toBe(429);
    expect(Number(blocked.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await blocked.json()).toEqual(refused('clientFailures'));
    expect((await attempt(gatehouse, 'job-b', right)).status).toBe(200);
    expect(await refusals(gatehouse, 'clientFailures')).toBe(2);
    expect(gatehouse.log()).not.toContain(right);
  });
});

describe.each(ERAS)('Rate limits of the MCP server, %s', (version) => {
  async function peers(settings: object, variables: Record<string, string>) {
    const gatehouse = await started(settings, { variables });
    const forge = await TokenForge.of(gatehouse);
    const peer = async (claims: object = {}) =>
      McpPeer.connect({
        url: gatehouse.mcpUrl,
        token: await forge.token({ claims: { ...claims } }),
        version,
      });
    return { gatehouse, peer };
  }
  const call = { name: 'add', arguments: { a: 1, b: 2 } };

  it('answer a principal that asks too often by 429, and nobody else', async () => {
    const { gatehouse, peer } = await peers({}, { MCP_MAX_REQUESTS_PER_SECOND: '1' });
    const busy = await peer();
    const statuses: number[] = [];
    let last: Response | undefined;
    while (statuses.length < 100 && last?.status !== 429) {
      last = await busy.post('tools/call', call);
      statuses.push(last.status);
    }
    expect(last?.status).toBe(429);
    expect(statuses.slice(0, -1).every((status) => status === 200)).toBe(true);
    expect(statuses.length).toBeGreaterThanOrEqual(10);
    expect(Number(last?.headers.get('retry-after'))).toBe(1);
    expect(await last?.json()).toMatchObject({
      error: {
        code: 429,
        message:
          'Too many requests: 1 a second are allowed (MCP_MAX_REQUESTS_PER_SECOND); try again in 1 seconds',
      },
    });
    for (const claims of [{ sub: 'user_2' }, { client_id: 'another-client' }])
      expect(await (await peer(claims)).result('tools/call', call)).toHaveProperty('content');
    expect(await refusals(gatehouse, 'MCP_MAX_REQUESTS_PER_SECOND')).toBe(1);
    expect(gatehouse.log().match(/a principal has reached a rate limit/g)).toHaveLength(1);
  });

  it('answer a call of a tool that is limited by 429, and leave its other tools alone', async () => {
    const { gatehouse, peer } = await peers({ toolRateLimits: { add: 2, nothing: 1 } }, {});
    const busy = await peer();
    const statuses: number[] = [];
    for (let index = 0; index < 4; index++) statuses.push((await busy.post('tools/call', call)).status);
    expect(statuses).toEqual([200, 200, 429, 429]);
    const tooMany = await busy.post('tools/call', call, { headers: { origin: 'http://localhost:6274' } });
    expect(Number(tooMany.headers.get('retry-after'))).toBeGreaterThan(1);
    expect(tooMany.headers.get('access-control-expose-headers')).toContain('Retry-After');
    expect(await tooMany.json()).toMatchObject({
      error: { code: 429, message: expect.stringContaining('toolRateLimits.add') as string },
    });
    expect(await busy.result('tools/call', { ...call, name: 'subtract' })).toHaveProperty('content');
    expect(await refusals(gatehouse, 'toolRateLimits')).toBe(3);
    expect(gatehouse.log()).toContain('toolRateLimits names a tool that this server does not have');
  });
});

describe('Fetches of client metadata documents', () => {
  it('are limited by the address that brings them about, and not for others', async () => {
    const host = await documentHost();
    cleanups.push(() => host.stop());
    const gatehouse = await started(
      { rateLimits: { metadataFetches: 1 } },
      { variables: { DANGEROUSLY_ALLOW_PRIVATE_CLIENT_METADATA: 'true', TRUSTED_PROXIES: '192.0.2.1' } },
    );
    const ask = (path: string, from = '127.0.0.1', accept = '*/*') => {
      const clientId = `${host.origin}${path}`;
      host.json(path, {
        client_id: clientId,
        client_name: 'App',
        redirect_uris: ['http://127.0.0.1/cb'],
        token_endpoint_auth_method: 'none',
      });
      const query = new URLSearchParams({
        response_type: 'code',
        client_id: clientId,
        redirect_uri: 'http://127.0.0.1/cb',
        code_challenge: 'x'.repeat(43),
        code_challenge_method: 'S256',
      });
      return requestFrom(from, `${gatehouse.proxy}/authorize?${query.toString()}`, { headers: { accept } });
    };
    expect((await ask('/one')).status).toBe(303);
    const tooMany = await ask('/two');
    expect(tooMany.status).toBe(429);
    expect(Number(tooMany.headers['retry-after'])).toBeGreaterThan(0);
    expect(JSON.parse(tooMany.text)).toEqual(refused('metadataFetches'));
    const page = await ask('/two', '127.0.0.1', 'text/html');
    expect(page.status).toBe(429);
    expect(page.text).toContain('rateLimits.metadataFetches');
    expect(page.text).not.toContain('is not registered');
    expect(host.asked.get('/two')).toBeUndefined();
    expect((await ask('/one')).status).toBe(303);
    expect((await ask('/two', '127.0.0.2')).status).toBe(303);
    expect((await ask('/two')).status).toBe(303);
  });
});

describe('Limits in the YAML file', () => {
  it.each([
    [{ rateLimits: { tokens: 1 } }, 'rateLimits.tokens is no limit; there are authorize, signIn'],
    [{ rateLimits: { token: -1 } }, 'rateLimits.token must be a whole number'],
    [{ rateLimits: { token: '5' } }, 'rateLimits.token must be a whole number'],
    [{ toolRateLimits: { add: 1.5 } }, 'toolRateLimits.add must be a whole number'],
  ])('stop the start where they are %j', async (settings, message) => {
    await expect(started(settings)).rejects.toThrow(message);
  });
});
