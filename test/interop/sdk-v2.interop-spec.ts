import {
  Client,
  StreamableHTTPClientTransport,
  UnauthorizedError,
  type StoredOAuthClientInformation,
  type StoredOAuthTokens,
} from '@modelcontextprotocol/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testGatehouse, type TestGatehouse } from '../support/gatehouse.js';
import { MemoryOAuthProvider } from './memory-oauth-provider.js';

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

  it('completes the full OAuth flow and calls a tool', async () => {
    const provider = new MemoryOAuthProvider<StoredOAuthClientInformation, StoredOAuthTokens>('SDK v2');
    const url = new URL(gatehouse.mcpUrl);
    const connect = (): { client: Client; transport: StreamableHTTPClientTransport } => ({
      client: new Client({ name: 'interop', version: '1' }, { versionNegotiation }),
      transport: new StreamableHTTPClientTransport(url, { authProvider: provider }),
    });

    const first = connect();
    await expect(first.client.connect(first.transport)).rejects.toThrow(UnauthorizedError);
    const asked = provider.authorizationUrl?.searchParams;
    expect(asked?.get('resource')).toBe(gatehouse.mcpUrl);
    expect(asked?.get('code_challenge_method')).toBe('S256');
    await first.transport.finishAuth(provider.callback);

    const { client, transport } = connect();
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
});
