import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { externalGatehouse } from '../support/external-gatehouse.js';
import type { TestGatehouse } from '../support/gatehouse.js';
import { rpc } from '../support/mcp-client.js';
import { ScriptedProvider } from '../support/scripted-provider.js';

const NOW = Math.floor(Date.now() / 1000);
const TIMES = { iat: NOW, exp: NOW + 3_600 };
const RESOURCE = 'the resource';

interface Fixture {
  readonly path: string;
  /** What a user writes beside id, preset and issuer. */
  readonly entry: Record<string, unknown>;
  readonly header: Record<string, unknown>;
  /** An access token as the provider makes it; undefined members are left out. */
  readonly accessToken: Record<string, unknown>;
  readonly idTokenHeader?: Record<string, unknown>;
  readonly idToken: Record<string, unknown>;
  /** What may be done with the access token, and what may not. */
  readonly may: readonly string[];
  readonly mayNot: readonly string[];
  /** As it stands in metadata and challenges for `mcp:tools:execute`. */
  readonly asksFor: string;
}

const NONE = { jti: undefined, scope: undefined, client_id: undefined };

/** Claims as each provider documents them, and shows them in its samples. */
const FIXTURES: Record<string, Fixture> = {
  keycloak: {
    path: '/realms/acme',
    entry: {
      audiences: ['mcp-server'],
      scopeClaims: ['scope', 'realm_access.roles', 'resource_access.mcp-server.roles'],
      scopeMap: { 'mcp-operator': ['mcp:tools:execute'] },
    },
    header: { typ: 'JWT' },
    accessToken: {
      ...NONE,
      ...TIMES,
      jti: 'onrtac:5a0e4f0e-93d5-4b51-a1fd-9a3d0c1e8f11',
      aud: ['mcp-server', 'account'],
      sub: '36fa0f91-f94d-4a0c-afed-6b7d952e47da',
      typ: 'Bearer',
      azp: 'claude',
      sid: '2a88c258-f73a-4103-b862-e1fbd8f4e04e',
      acr: '1',
      realm_access: { roles: ['offline_access', 'default-roles-acme', 'uma_authorization'] },
      resource_access: { 'mcp-server': { roles: ['mcp-operator'] }, account: { roles: ['view-profile'] } },
      scope: 'openid profile mcp:tools:read',
      preferred_username: 'ada',
    },
    idToken: { aud: 'mcp-server', typ: 'ID', azp: 'mcp-server', at_hash: 'h', sid: 's', acr: '1' },
    may: ['tools/list', 'tools/call'],
    mayNot: ['resources/list'],
    asksFor: 'mcp:tools:execute',
  },
  entra: {
    path: '/8d1e3f5a-0000-4000-8000-000000000001/v2.0',
    entry: {
      audiences: ['11112222-bbbb-3333-cccc-4444dddd5555'],
      scopePrefix: 'api://11112222-bbbb-3333-cccc-4444dddd5555/',
    },
    header: { typ: 'JWT', x5t: undefined },
    accessToken: {
      ...NONE,
      ...TIMES,
      nbf: NOW,
      aud: '11112222-bbbb-3333-cccc-4444dddd5555',
      azp: '00001111-aaaa-2222-bbbb-3333cccc4444',
      azpacr: '0',
      name: 'Ada',
      oid: 'aaaaaaaa-0000-1111-2222-bbbbbbbbbbbb',
      preferred_username: 'ada@contoso.com',
      rh: 'opaque',
      scp: 'mcp.tools.read mcp.tools.execute',
      sub: 'HKZpfaHyWadeOouYlitjrI-KffTm222X5rrV3xDqfKQ',
      tid: '8d1e3f5a-0000-4000-8000-000000000001',
      uti: 'opaque',
      ver: '2.0',
    },
    idToken: {
      aud: '11112222-bbbb-3333-cccc-4444dddd5555',
      name: 'Ada',
      oid: 'aaaaaaaa-0000-1111-2222-bbbbbbbbbbbb',
      tid: '8d1e3f5a-0000-4000-8000-000000000001',
      ver: '2.0',
    },
    may: ['tools/list', 'tools/call'],
    mayNot: ['prompts/list'],
    asksFor: 'api://11112222-bbbb-3333-cccc-4444dddd5555/mcp.tools.execute',
  },
  okta: {
    path: '/oauth2/aus1',
    entry: {},
    header: { typ: undefined },
    accessToken: {
      ...NONE,
      ...TIMES,
      ver: 1,
      jti: 'AT.MNAoEQ_jbKqoinrQo1D0XKjMX28U5d7ZszBceot7-Ts',
      aud: RESOURCE,
      sub: 'ada@example.com',
      cid: '0oa1',
      uid: '00u1',
      scp: ['openid', 'mcp:tools:read'],
      auth_time: NOW,
    },
    idToken: {
      ver: 1,
      jti: 'ID.radCQMOQUmyvcTBmmIL0J6BaS60apUEiC7',
      aud: RESOURCE,
      amr: ['pwd'],
      at_hash: 'h',
    },
    may: ['tools/list'],
    mayNot: ['tools/call'],
    asksFor: 'mcp:tools:execute',
  },
  auth0: {
    path: '/',
    entry: { scopeClaims: ['scope', 'permissions'] },
    header: { typ: 'JWT' },
    accessToken: {
      ...NONE,
      ...TIMES,
      sub: 'auth0|123456',
      aud: [RESOURCE, 'https://acme.eu.auth0.com/userinfo'],
      azp: 'my_client_id',
      scope: 'openid profile mcp:tools:read',
      permissions: ['mcp:resources:list'],
    },
    idToken: { aud: RESOURCE, sub: 'auth0|123456', nonce: 'n', sid: 's' },
    may: ['tools/list', 'resources/list'],
    mayNot: ['tools/call'],
    asksFor: 'mcp:tools:execute',
  },
  google: {
    path: '',
    entry: { groupScopes: { 'agent@acme.iam.gserviceaccount.com': ['mcp:tools:read'] } },
    header: { typ: 'JWT' },
    accessToken: {
      ...NONE,
      ...TIMES,
      aud: RESOURCE,
      azp: '107517467455664443766',
      email: 'agent@acme.iam.gserviceaccount.com',
      email_verified: true,
      sub: '107517467455664443766',
    },
    idToken: {
      aud: '1234.apps.googleusercontent.com',
      azp: '1234.apps.googleusercontent.com',
      email: 'ada@example.com',
      at_hash: 'h',
    },
    may: ['tools/list'],
    mayNot: ['tools/call'],
    asksFor: 'mcp:tools:execute',
  },
  cognito: {
    path: '/eu-central-1_Example',
    entry: {
      audiences: ['1example23456789'],
      scopePrefix: 'mcp-server/',
      scopeSeparator: '.',
      groupScopes: { operators: ['mcp:tools:execute'] },
    },
    header: { typ: undefined },
    accessToken: {
      ...NONE,
      ...TIMES,
      aud: undefined,
      sub: 'aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee',
      'cognito:groups': ['operators'],
      version: 2,
      client_id: '1example23456789',
      origin_jti: 'o',
      token_use: 'access',
      scope: 'openid mcp-server/mcp.tools.read',
      auth_time: NOW,
      jti: 'aaaaaaaa-bbbb-cccc-dddd-example',
      username: 'ada',
    },
    idToken: { aud: '1example23456789', token_use: 'id', 'cognito:username': 'ada', at_hash: 'h' },
    may: ['tools/list', 'tools/call'],
    mayNot: ['resources/list'],
    asksFor: 'mcp-server/mcp.tools.execute',
  },
  authentik: {
    path: '/application/o/mcp/',
    entry: {
      audiences: ['Kx8sAbCdEf'],
      groupScopes: { 'MCP Operators': ['mcp:tools:read', 'mcp:tools:execute'] },
    },
    header: { typ: 'JWT' },
    accessToken: {
      ...NONE,
      ...TIMES,
      aud: 'Kx8sAbCdEf',
      azp: 'Kx8sAbCdEf',
      uid: 'wJ8Yw0Qn',
      sub: '9f7c',
      auth_time: NOW,
      acr: 'goauthentik.io/providers/oauth2/default',
      nonce: 'n',
      groups: ['MCP Operators', 'authentik Admins'],
    },
    idToken: {
      aud: 'Kx8sAbCdEf',
      azp: 'Kx8sAbCdEf',
      sub: '9f7c',
      acr: 'goauthentik.io/providers/oauth2/default',
      groups: ['MCP Operators'],
    },
    may: ['tools/list', 'tools/call'],
    mayNot: ['resources/list'],
    asksFor: 'mcp:tools:execute',
  },
  zitadel: {
    path: '',
    entry: { audiences: ['259254020357488897'], scopeMap: { operator: ['mcp:tools:execute'] } },
    header: { typ: 'JWT' },
    accessToken: {
      ...NONE,
      ...TIMES,
      nbf: NOW,
      aud: ['259254317079330049@mcp', '259254020357488897'],
      client_id: '259254317079330049@mcp',
      jti: 'V2_259254409320529922-at_259254409320595458',
      sub: '259241944654282754',
      'urn:zitadel:iam:org:project:roles': { operator: { '259241944654282000': 'acme.zitadel.cloud' } },
    },
    idToken: {
      aud: ['259254317079330049@mcp', '259254020357488897'],
      azp: '259254317079330049@mcp',
      client_id: '259254317079330049@mcp',
      amr: ['pwd'],
      at_hash: 'h',
    },
    may: ['tools/list', 'tools/call'],
    mayNot: ['prompts/list'],
    asksFor: 'mcp:tools:execute',
  },
};

const PARAMETERS: Record<string, Record<string, unknown>> = {
  'tools/call': { name: 'factorial', arguments: { n: 3 } },
};

describe.each(Object.entries(FIXTURES))('preset: %s', (preset, fixture) => {
  let provider: ScriptedProvider;
  let gatehouse: TestGatehouse;

  beforeAll(async () => {
    provider = await ScriptedProvider.start({ path: fixture.path });
    gatehouse = await externalGatehouse([{ id: preset, preset, issuer: provider.issuer, ...fixture.entry }]);
  });

  afterAll(async () => {
    await gatehouse.stop();
    await provider.stop();
  });

  /** `RESOURCE` stands for our identifier, which the provider knows as the API. */
  const token = (claims: Record<string, unknown>, header: Record<string, unknown>): Promise<string> => {
    const ours = JSON.parse(
      JSON.stringify(claims, (_name, value: unknown) => (value === RESOURCE ? gatehouse.mcpUrl : value)),
    ) as Record<string, unknown>;
    const removed = Object.keys(claims).filter((name) => claims[name] === undefined);
    return provider.token(
      gatehouse.mcpUrl,
      { ...ours, ...Object.fromEntries(removed.map((name) => [name, undefined])) },
      { header },
    );
  };

  const status = async (method: string, raw: string): Promise<number> => {
    const params = PARAMETERS[method];
    return (await rpc(gatehouse.mcpUrl, method, { token: raw, ...(params ? { params } : {}) })).status;
  };

  it('accepts an access token, with the scopes that it stands for and no others', async () => {
    const raw = await token(fixture.accessToken, fixture.header);
    for (const method of fixture.may) expect([method, await status(method, raw)]).toEqual([method, 200]);
    for (const method of fixture.mayNot) expect([method, await status(method, raw)]).toEqual([method, 403]);
  });

  it('refuses its ID token', async () => {
    const claims = { ...NONE, ...TIMES, sub: 'user-1', ...fixture.idToken };
    const raw = await token(claims, fixture.idTokenHeader ?? fixture.header);
    expect(await status('tools/list', raw)).toBe(401);
  });

  it('refuses an access token for another API', async () => {
    const other = { ...fixture.accessToken, aud: 'https://other.example.com', client_id: 'other' };
    expect(await status('tools/list', await token(other, fixture.header))).toBe(401);
  });

  it('tells clients what to ask for there', async () => {
    const response = await fetch(`${gatehouse.proxy}/.well-known/oauth-protected-resource/mcp`);
    const { scopes_supported: scopes } = (await response.json()) as { scopes_supported: string[] };
    expect(scopes).toContain(fixture.asksFor);
    const challenge = await rpc(gatehouse.mcpUrl, 'tools/list');
    expect(challenge.headers.get('www-authenticate')).toContain(fixture.asksFor);
  });
});
