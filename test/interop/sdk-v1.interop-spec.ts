import { auth, UnauthorizedError, type OAuthDiscoveryState } from '@modelcontextprotocol/sdk/client/auth.js';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { OAuthClientInformationMixed, OAuthTokens } from '@modelcontextprotocol/sdk/shared/auth.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testGatehouse, type TestGatehouse } from '../support/gatehouse.js';
import { MemoryOAuthProvider } from './memory-oauth-provider.js';

type Provider = MemoryOAuthProvider<OAuthClientInformationMixed, OAuthTokens, OAuthDiscoveryState>;

describe('Official SDK v1 client', () => {
  let gatehouse: TestGatehouse;

  beforeAll(async () => {
    gatehouse = await testGatehouse();
  });

  afterAll(() => gatehouse.stop());

  const transportOf = (provider: Provider): StreamableHTTPClientTransport =>
    new StreamableHTTPClientTransport(new URL(gatehouse.mcpUrl), { authProvider: provider });

  const authorizedProvider = async (): Promise<Provider> => {
    const provider: Provider = new MemoryOAuthProvider('SDK v1');
    const transport = transportOf(provider);
    const client = new Client({ name: 'interop', version: '1' });
    await expect(client.connect(transport)).rejects.toThrow(UnauthorizedError);
    await transport.finishAuth(provider.callback.get('code') ?? '');
    return provider;
  };

  const connected = async (provider: Provider): Promise<Client> => {
    const client = new Client({ name: 'interop', version: '1' });
    await client.connect(transportOf(provider));
    return client;
  };

  it('completes the full OAuth flow and calls a tool', async () => {
    const provider = await authorizedProvider();
    const asked = provider.visits[0]?.searchParams;
    expect(asked?.get('resource')).toBe(gatehouse.mcpUrl);
    expect(asked?.get('code_challenge_method')).toBe('S256');
    expect(asked?.get('client_id')).toBe(provider.clientInformation()?.client_id);

    const client = await connected(provider);
    expect((await client.listTools()).tools).toHaveLength(11);
    const sum = await client.callTool({ name: 'add', arguments: { numbers: [1, 2] } });
    expect(JSON.stringify(sum.content)).toContain('3.0000000000');
    expect((await client.listResources()).resources.length).toBeGreaterThanOrEqual(6);
    expect((await client.readResource({ uri: 'file:///welcome.txt' })).contents).toHaveLength(1);
    expect((await client.listPrompts()).prompts).toHaveLength(4);
    await client.close();
  });

  it('gets new tokens without the user when it has a refresh token', async () => {
    const provider = await authorizedProvider();
    const before = provider.tokens();
    await expect(auth(provider, { serverUrl: gatehouse.mcpUrl })).resolves.toBe('AUTHORIZED');
    expect(provider.tokens()?.access_token).not.toBe(before?.access_token);
    expect(provider.tokens()?.refresh_token).not.toBe(before?.refresh_token);
    expect(provider.visits).toHaveLength(1);

    const client = await connected(provider);
    expect((await client.listTools()).tools).toHaveLength(11);
    await client.close();
  });

  it('refreshes by itself when its access token is refused', async () => {
    const provider = await authorizedProvider();
    const tokens = provider.tokens();
    if (!tokens) throw new Error('no tokens');
    provider.saveTokens({ ...tokens, access_token: 'stale' });

    const client = await connected(provider);
    expect((await client.listTools()).tools).toHaveLength(11);
    expect(provider.tokens()?.access_token).not.toBe('stale');
    expect(provider.visits).toHaveLength(1);
    await client.close();
  });
});
