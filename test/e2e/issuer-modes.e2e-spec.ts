import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { externalGatehouse } from '../support/external-gatehouse.js';
import { testGatehouse, type TestGatehouse } from '../support/gatehouse.js';
import { rpc } from '../support/mcp-client.js';
import { ProviderForge } from '../support/provider-forge.js';
import { REFUSALS } from '../support/refusals.js';
import { ScriptedProvider } from '../support/scripted-provider.js';
import { TokenForge } from '../support/token-forge.js';

type Mode = (provider: ScriptedProvider) => Promise<TestGatehouse>;

/** The ways to trust somebody else's tokens that are verified here. bearer-token.e2e-spec.ts has our own, in memory and fetched. */
const MODES: [string, Mode][] = [
  ['by discovery', (provider) => externalGatehouse([{ id: 'acme', issuer: provider.issuer }])],
  [
    'by the address of its keys',
    (provider) => externalGatehouse([{ id: 'acme', issuer: provider.issuer, jwksUrl: provider.jwksUrl }]),
  ],
  [
    'beside our own',
    (provider) =>
      externalGatehouse([{ id: 'acme', issuer: provider.issuer }], { variables: { AUTHORIZATION: 'own' } }),
  ],
  [
    'by TOKEN_ISSUER',
    (provider) =>
      testGatehouse({
        variables: { TOKEN_ISSUER: provider.issuer, TOKEN_JWKS_URL: provider.jwksUrl },
      }),
  ],
];

async function refusal(url: string, token: string): Promise<string> {
  const response = await rpc(url, 'tools/list', { token });
  const text = await response.text();
  expect(text).not.toContain(token);
  const { error_description: description } = JSON.parse(text) as { error_description?: string };
  return `${response.status} ${description ?? ''}`;
}

describe.each(MODES)('tokens of an issuer that is trusted %s', (_name, start) => {
  let provider: ScriptedProvider;
  let gatehouse: TestGatehouse;
  let forge: ProviderForge;

  beforeAll(async () => {
    // Its metadata names no resource in a path, and its key is of the kind that the forgers have.
    provider = await ScriptedProvider.start({ alg: 'ES256' });
    gatehouse = await start(provider);
    forge = new ProviderForge(provider, gatehouse.mcpUrl);
  });

  afterAll(async () => {
    await gatehouse.stop();
    await provider.stop();
  });

  it('are accepted when nothing is wrong with them', async () => {
    const response = await rpc(gatehouse.mcpUrl, 'tools/list', { token: await forge.token() });
    expect(response.status).toBe(200);
  });

  it.each(REFUSALS)('are refused: %s', async (_what, make, description) => {
    const token = await make(forge, gatehouse.mcpUrl);
    expect(await refusal(gatehouse.mcpUrl, token)).toBe(`401 ${description.replaceAll('\\', '')}`);
  });
});

describe('two issuers side by side, whose keys have the same id', () => {
  let first: ScriptedProvider;
  let second: ScriptedProvider;
  let gatehouse: TestGatehouse;

  beforeAll(async () => {
    first = await ScriptedProvider.start({ kid: 'same', alg: 'ES256' });
    second = await ScriptedProvider.start({ kid: 'same', alg: 'ES256' });
    gatehouse = await externalGatehouse(
      [
        { id: 'first', issuer: first.issuer },
        { id: 'second', issuer: second.issuer, audiences: ['api://second'] },
      ],
      { variables: { AUTHORIZATION: 'own' } },
    );
  });

  afterAll(async () => {
    await gatehouse.stop();
    await Promise.all([first.stop(), second.stop()]);
  });

  const status = async (token: string): Promise<number> =>
    (await rpc(gatehouse.mcpUrl, 'tools/list', { token })).status;

  it('each verify their own tokens, and none of the other', async () => {
    expect(await status(await first.token(gatehouse.mcpUrl))).toBe(200);
    expect(await status(await second.token('api://second'))).toBe(200);
    for (const [issuer, key, audience] of [
      [first, second.key, gatehouse.mcpUrl],
      [second, first.key, 'api://second'],
    ] as const) {
      const stolen = await issuer.token(audience, {}, { key });
      expect(await refusal(gatehouse.mcpUrl, stolen)).toBe(
        '401 The signature of the access token is not valid',
      );
    }
  });

  it('have audiences of their own', async () => {
    expect(await status(await first.token('api://second'))).toBe(401);
    expect(await status(await second.token(gatehouse.mcpUrl))).toBe(401);
  });

  it('cannot speak for our own server, nor it for them', async () => {
    const own = await TokenForge.of(gatehouse);
    expect(await status(await own.token())).toBe(200);
    const asUs = await first.token(gatehouse.mcpUrl, { iss: gatehouse.proxy });
    expect(await refusal(gatehouse.mcpUrl, asUs)).toBe('401 The access token is signed with an unknown key');
    const asThem = await own.token({ claims: { iss: first.issuer } });
    expect(await refusal(gatehouse.mcpUrl, asThem)).toBe(
      '401 The access token is signed with an unknown key',
    );
  });

  it('tell principals apart that have the same name', async () => {
    const own = await TokenForge.of(gatehouse);
    const claims = { sub: 'user_1', client_id: 'client_1' };
    const session = async (token: string, id?: string): Promise<Response> =>
      rpc(gatehouse.mcpUrl, id === undefined ? 'initialize' : 'tools/list', {
        token,
        version: '2025-11-25',
        ...(id === undefined
          ? {
              params: {
                protocolVersion: '2025-11-25',
                capabilities: {},
                clientInfo: { name: 'test', version: '1' },
              },
            }
          : { headers: { 'mcp-session-id': id } }),
      });
    const opened = await session(await own.token({ claims }));
    const id = opened.headers.get('mcp-session-id') ?? '';
    expect(id).not.toBe('');
    expect((await session(await first.token(gatehouse.mcpUrl, claims), id)).status).toBe(404);
  });
});

describe('an issuer that is asked about tokens (RFC 7662)', () => {
  let provider: ScriptedProvider;
  let gatehouse: TestGatehouse;

  beforeAll(async () => {
    provider = await ScriptedProvider.start();
    gatehouse = await externalGatehouse(
      [
        {
          id: 'acme',
          issuer: provider.issuer,
          introspection: { clientId: 'gate house', clientSecretEnv: 'ACME_SECRET' },
        },
      ],
      { variables: { ACME_SECRET: 'p:ss/wörd' } },
    );
  });

  afterAll(async () => {
    await gatehouse.stop();
    await provider.stop();
  });

  const good = (): object => ({
    active: true,
    client_id: 'client-1',
    sub: 'user-1',
    aud: gatehouse.mcpUrl,
    scope: 'mcp:tools:read',
    exp: Math.floor(Date.now() / 1000) + 600,
  });
  const call = (token: string): Promise<Response> => rpc(gatehouse.mcpUrl, 'tools/list', { token });

  it('is asked once for many requests with the same token, with our credentials', async () => {
    provider.introspect = good;
    const before = provider.introspections.length;
    const first = await Promise.all(Array.from({ length: 20 }, () => call('opaque-token')));
    expect(new Set(first.map(({ status }) => status))).toEqual(new Set([200]));
    expect((await call('opaque-token')).status).toBe(200);
    const asked = provider.introspections.slice(before);
    expect(asked).toHaveLength(1);
    expect(asked[0]?.token).toBe('opaque-token');
    const credentials = Buffer.from(
      asked[0]?.authorization?.slice('Basic '.length) ?? '',
      'base64',
    ).toString();
    expect(credentials).toBe('gate+house:p%3Ass%2Fw%C3%B6rd');
    expect(asked[0]?.body.has('client_secret')).toBe(false);
  });

  it.each<[string, object, string]>([
    ['is not active', { active: false }, 'inactive'],
    ['is of another issuer', { iss: 'https://evil.example.com' }, 'issuer'],
    ['is for somebody else', { aud: 'https://other.example.com' }, 'audience'],
    ['is for nobody', { aud: undefined }, 'audience'],
    ['has expired', { exp: 1 }, 'expired'],
    ['is not valid yet', { nbf: 4_000_000_000 }, 'not_yet_valid'],
    ['has an exp in words', { exp: 'tomorrow' }, 'claims'],
    ['has no client', { client_id: undefined }, 'claims'],
    ['is a refresh token', { token_type: 'refresh_token' }, 'token_type'],
    ['is bound to a key', { token_type: 'DPoP' }, 'token_type'],
    ['is bound to a certificate', { cnf: { 'x5t#S256': 'a' } }, 'sender_constrained'],
  ])('is believed when it says that a token %s', async (what, changes, reason) => {
    provider.introspect = () => ({ ...good(), ...changes });
    const before = await verifications(reason);
    const response = await call(`token-${what.replaceAll(' ', '-')}`);
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toContain('error="invalid_token"');
    expect(await verifications(reason)).toBe(before + 1);
  });

  it('is not asked again about a token that was not active just now', async () => {
    provider.introspect = () => ({ active: false });
    await call('made-up');
    const before = provider.introspections.length;
    expect((await call('made-up')).status).toBe(401);
    expect(provider.introspections).toHaveLength(before);
  });

  it('is asked about JWTs of its own, but not about ID tokens and not about those of others', async () => {
    provider.introspect = good;
    expect((await call(await provider.token(gatehouse.mcpUrl))).status).toBe(200);
    const before = provider.introspections.length;
    const idToken = await provider.token('client-1', { nonce: 'n' }, { header: { typ: 'JWT' } });
    expect((await call(idToken)).status).toBe(401);
    const other = await provider.token(gatehouse.mcpUrl, { iss: 'https://evil.example.com' });
    expect((await call(other)).status).toBe(401);
    expect(provider.introspections).toHaveLength(before);
  });

  it('cannot be flooded through us', async () => {
    let most = 0;
    let running = 0;
    provider.scripts.set('/introspect', (_request, response) => {
      running += 1;
      most = Math.max(most, running);
      response.once('close', () => (running -= 1));
    });
    const statuses = await Promise.all(
      Array.from({ length: 200 }, async (_one, index) => (await call(`flood-${index}`)).status),
    );
    provider.scripts.clear();
    expect(most).toBeLessThanOrEqual(50);
    expect(new Set(statuses)).toEqual(new Set([503]));
  });

  async function verifications(reason: string): Promise<number> {
    const text = await (await fetch(`${gatehouse.management[0]}/metrics`)).text();
    return Number(
      new RegExp(`gatehouse_token_verifications_total\\{result="${reason}"\\} (\\d+)`).exec(text)?.[1],
    );
  }
});
