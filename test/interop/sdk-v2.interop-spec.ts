import {
  auth,
  Client,
  StreamableHTTPClientTransport,
  UnauthorizedError,
  type OAuthDiscoveryState,
  type StoredOAuthClientInformation,
  type StoredOAuthTokens,
} from '@modelcontextprotocol/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testGatehouse, type TestGatehouse } from '../support/gatehouse.js';
import { MemoryOAuthProvider } from './memory-oauth-provider.js';

type Provider = MemoryOAuthProvider<StoredOAuthClientInformation, StoredOAuthTokens, OAuthDiscoveryState>;

const ERAS = [
  ['2026-07-28', { mode: 'auto' as const }],
  ['2025-11-25', { mode: 'legacy' as const }],
] as const;

describe.each(ERAS)('Official SDK v2 client, %s', (version, versionNegotiation) => {
  let gatehouse: TestGatehouse;

  beforeAll(async () => {
    gatehouse = await testGatehouse();
  });

  afterAll(() => gatehouse.stop());

  const prepare = (provider: Provider): { client: Client; transport: StreamableHTTPClientTransport } => ({
    client: new Client({ name: 'interop', version: '1' }, { versionNegotiation }),
    transport: new StreamableHTTPClientTransport(new URL(gatehouse.mcpUrl), { authProvider: provider }),
  });

  const authorizedProvider = async (): Promise<Provider> => {
    const provider: Provider = new MemoryOAuthProvider('SDK v2');
    const { client, transport } = prepare(provider);
    await expect(client.connect(transport)).rejects.toThrow(UnauthorizedError);
    await transport.finishAuth(provider.callback);
    return provider;
  };

  it('completes the full OAuth flow and calls a tool', async () => {
    const provider = await authorizedProvider();
    const asked = provider.visits[0]?.searchParams;
    expect(asked?.get('resource')).toBe(gatehouse.mcpUrl);
    expect(asked?.get('code_challenge_method')).toBe('S256');
    expect(asked?.get('client_id')).toBe(provider.clientInformation()?.client_id);
    expect(provider.callback.get('iss')).toBe(gatehouse.proxy);

    const { client, transport } = prepare(provider);
    await client.connect(transport);
    expect(client.getNegotiatedProtocolVersion()).toBe(version);
    expect((await client.listTools()).tools).toHaveLength(11);
    const sum = await client.callTool({ name: 'add', arguments: { numbers: [1, 2] } });
    expect(JSON.stringify(sum.content)).toContain('3.0000000000');
    expect((await client.listResources()).resources.length).toBeGreaterThanOrEqual(6);
    expect((await client.readResource({ uri: 'file:///welcome.txt' })).contents).toHaveLength(1);
    expect((await client.listResourceTemplates()).resourceTemplates).toHaveLength(1);
    expect((await client.listPrompts()).prompts).toHaveLength(4);
    const prompt = await client.getPrompt({
      name: 'code_review_general',
      arguments: { language: 'go', code: 'x' },
    });
    expect(prompt.messages).toHaveLength(1);
    const { completion } = await client.complete({
      ref: { type: 'ref/prompt', name: 'code_review_general' },
      argument: { name: 'language', value: 'typ' },
    });
    expect(completion.values).toEqual(['typescript']);
    await client.close();
  });

  it('gets new tokens without the user when it has a refresh token', async () => {
    const provider = await authorizedProvider();
    const before = provider.tokens();
    await expect(auth(provider, { serverUrl: gatehouse.mcpUrl })).resolves.toBe('AUTHORIZED');
    expect(provider.tokens()?.access_token).not.toBe(before?.access_token);
    expect(provider.tokens()?.refresh_token).not.toBe(before?.refresh_token);
    expect(provider.visits).toHaveLength(1);

    const { client, transport } = prepare(provider);
    await client.connect(transport);
    const sum = await client.callTool({ name: 'add', arguments: { numbers: [1, 2] } });
    expect(JSON.stringify(sum.content)).toContain('3.0000000000');
    await client.close();
  });

  it('refreshes by itself when its access token is refused', async () => {
    const provider = await authorizedProvider();
    const tokens = provider.tokens();
    if (!tokens) throw new Error('no tokens');
    provider.saveTokens({ ...tokens, access_token: 'stale' });

    const { client, transport } = prepare(provider);
    await client.connect(transport);
    expect((await client.listTools()).tools).toHaveLength(11);
    expect(provider.tokens()?.access_token).not.toBe('stale');
    expect(provider.visits).toHaveLength(1);
    await client.close();
  });
});
