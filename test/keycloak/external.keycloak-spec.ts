import { Client, StreamableHTTPClientTransport, UnauthorizedError } from '@modelcontextprotocol/client';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { rpc } from '../support/mcp-client.js';
import { addresses, startBuilt, type BuiltGatehouse } from './gatehouse.js';
import { MCP_CLIENT, Realm, REDIRECT_URL } from './realm.js';
import { UserAgent } from './user-agent.js';

const SUM = { name: 'add', arguments: { numbers: [1, 2] } };

describe('AUTHORIZATION=external, with Keycloak', () => {
  let gatehouse: BuiltGatehouse;
  let realm: Realm;
  let other: Realm;

  beforeAll(async () => {
    const at = await addresses();
    realm = await Realm.prepare('external', at.proxy);
    other = await Realm.prepare('elsewhere', at.proxy);
    gatehouse = await startBuilt(
      at,
      {
        trustedIssuers: [
          {
            id: 'keycloak',
            preset: 'keycloak',
            issuer: realm.issuer,
            clockSkewSeconds: 0,
            scopeClaims: ['scope', 'realm_access.roles', 'resource_access.gatehouse.roles'],
            scopeMap: { 'mcp-reader': ['mcp:resources:read'], 'mcp-executor': ['mcp:tools:execute'] },
            groupScopes: { engineers: ['mcp:prompts:read'] },
          },
        ],
      },
      { AUTHORIZATION: 'external' },
    );
    for (const each of [realm, other]) await each.passwordClient('tests');
    // Without the scope `roles`, and without the mapper of groups: nothing but what is asked for, and the audience with that.
    await realm.passwordClient('plain', {
      defaultClientScopes: ['basic'],
      optionalClientScopes: ['mcp:tools:read', 'mcp:resources:list'],
    });
  });

  afterAll(() => gatehouse.stop());

  const call = (token: string, method = 'tools/list', params = {}): Promise<Response> =>
    rpc(gatehouse.mcpUrl, method, { token, params });

  const refusal = async (token: string): Promise<string> => {
    const response = await call(token);
    await response.text();
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toContain('error="invalid_token"');
    return response.headers.get('www-authenticate') ?? '';
  };

  it('lets the official client find Keycloak from the URL of the MCP server, sign in there and call a tool', async () => {
    const provider = new UserAgent(realm.user, MCP_CLIENT);
    const connect = (): { client: Client; transport: StreamableHTTPClientTransport } => ({
      client: new Client({ name: 'keycloak', version: '1' }),
      transport: new StreamableHTTPClientTransport(new URL(gatehouse.mcpUrl), { authProvider: provider }),
    });
    const first = connect();
    await expect(first.client.connect(first.transport)).rejects.toThrow(UnauthorizedError);
    await first.transport.finishAuth(provider.callback);
    const [asked] = provider.visits;
    expect(`${asked?.origin}${asked?.pathname}`).toBe(`${realm.issuer}/protocol/openid-connect/auth`);
    expect(asked?.searchParams.get('code_challenge_method')).toBe('S256');
    expect(asked?.searchParams.get('redirect_uri')).toBe(REDIRECT_URL);
    expect(provider.callback.get('iss')).toBe(realm.issuer);

    const { client, transport } = connect();
    await client.connect(transport);
    expect((await client.listTools()).tools).toHaveLength(11);
    expect(JSON.stringify((await client.callTool(SUM)).content)).toContain('3.0000000000');
    await client.close();
  });

  it('has no authorization server of its own', async () => {
    const metadata = await fetch(`${gatehouse.proxy}/.well-known/oauth-protected-resource/mcp`);
    expect(((await metadata.json()) as { authorization_servers: string[] }).authorization_servers).toEqual([
      realm.issuer,
    ]);
    for (const path of ['/authorize', '/token', '/register', '/jwks']) {
      expect((await fetch(`${gatehouse.proxy}${path}`)).status).toBe(404);
    }
  });

  it('takes scopes that were asked for', async () => {
    const token = await realm.accessToken('plain', 'openid mcp:tools:read');
    expect((await call(token)).status).toBe(200);
    expect((await call(token, 'resources/list')).status).toBe(403);
  });

  it('answers 403 with the scope to ask for, and takes the token that has it', async () => {
    const response = await call(await realm.accessToken('plain', 'mcp:tools:read'), 'resources/list');
    expect(response.status).toBe(403);
    expect(response.headers.get('www-authenticate')).toContain('error="insufficient_scope"');
    expect(response.headers.get('www-authenticate')).toContain('mcp:resources:list');
    const stepped = await realm.accessToken('plain', 'mcp:tools:read mcp:resources:list');
    expect((await call(stepped, 'resources/list')).status).toBe(200);
  });

  it('answers 403 once the scope is taken from the client in Keycloak', async () => {
    const [client] = await realm.admin<{ id: string }[]>('GET', '/clients?clientId=plain');
    const scopes = await realm.admin<{ id: string; name: string }[]>('GET', '/client-scopes');
    const scope = scopes.find(({ name }) => name === 'mcp:resources:list');
    const path = `/clients/${client?.id}/optional-client-scopes/${scope?.id}`;
    await realm.admin('DELETE', path);
    await expect(realm.accessToken('plain', 'mcp:resources:list')).rejects.toThrow('invalid_scope');
    const response = await call(await realm.accessToken('plain', 'mcp:tools:read'), 'resources/list');
    expect(response.status).toBe(403);
    await realm.admin('PUT', path);
  });

  it('maps realm roles, client roles and groups to scopes', async () => {
    await realm.passwordClient('grouped', {
      protocolMappers: [
        {
          name: 'groups',
          protocol: 'openid-connect',
          protocolMapper: 'oidc-group-membership-mapper',
          config: { 'claim.name': 'groups', 'full.path': 'false', 'access.token.claim': 'true' },
        },
      ],
    });
    const roles = await realm.accessToken('tests');
    expect((await call(roles, 'resources/read', { uri: 'file:///welcome.txt' })).status).toBe(200);
    expect((await call(roles, 'tools/call', SUM)).status).toBe(200);
    expect((await call(roles, 'prompts/list')).status).toBe(403);
    const groups = await realm.accessToken('grouped');
    expect((await call(groups, 'prompts/list')).status).toBe(200);
    const neither = await realm.accessToken('plain', 'mcp:tools:read');
    expect((await call(neither, 'tools/call', SUM)).status).toBe(403);
  });

  it('takes tokens of the type at+jwt, where the client has them', async () => {
    await realm.passwordClient('typed', { attributes: { 'access.token.header.type.rfc9068': 'true' } });
    const token = await realm.accessToken('typed');
    expect(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()).toContain('at+jwt');
    expect((await call(token)).status).toBe(200);
  });

  it('refuses a token for another audience', async () => {
    await realm.passwordClient('no-audience', { defaultClientScopes: ['basic', 'roles'] });
    expect(await refusal(await realm.accessToken('no-audience'))).toContain('another resource');
  });

  it('refuses a token of another realm, which says the same', async () => {
    expect(await refusal(await other.accessToken('tests'))).toContain('another issuer');
  });

  it('refuses ID and refresh tokens', async () => {
    // Even an ID token that names the MCP server: one whose client has the identifier of the resource.
    await realm.passwordClient(gatehouse.mcpUrl);
    const named = await realm.tokens(gatehouse.mcpUrl);
    expect(Buffer.from(named.id_token.split('.')[1] ?? '', 'base64url').toString()).toContain(
      `"aud":"${gatehouse.mcpUrl}"`,
    );
    await refusal(named.id_token);
    await refusal((await realm.tokens('tests')).id_token);
    await refusal((await realm.tokens('tests'))['refresh_token'] as string);
  });

  it('refuses a token whose payload or signature was changed', async () => {
    const [header, payload = '', signature = ''] = (await realm.accessToken('tests')).split('.');
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as object;
    const more = Buffer.from(JSON.stringify({ ...claims, scope: 'mcp:*' })).toString('base64url');
    expect(await refusal(`${header}.${more}.${signature}`)).toContain('signature');
    const flipped = `${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`;
    expect(await refusal(`${header}.${payload}.${flipped}`)).toContain('signature');
  });

  it('refuses a token that it took before, once it has expired', async () => {
    await realm.passwordClient('short', { attributes: { 'access.token.lifespan': '3' } });
    const token = await realm.accessToken('short');
    expect((await call(token)).status).toBe(200);
    await vi.waitFor(async () => expect(await refusal(token)).toContain('expired'), 10_000);
  });
});
