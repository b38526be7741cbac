import { auth, UnauthorizedError } from '@modelcontextprotocol/sdk/client/auth.js';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { OAuthClientInformationMixed, OAuthTokens } from '@modelcontextprotocol/sdk/shared/auth.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testGatehouse, type TestGatehouse } from '../support/gatehouse.js';
import { MemoryOAuthProvider } from './memory-oauth-provider.js';

describe('Official SDK v1 client', () => {
  let gatehouse: TestGatehouse;

  beforeAll(async () => {
    gatehouse = await testGatehouse();
  });

  afterAll(() => gatehouse.stop());

  it('completes the full OAuth flow, calls a tool and refreshes its token', async () => {
    const provider = new MemoryOAuthProvider<OAuthClientInformationMixed, OAuthTokens>('SDK v1');
    const url = new URL(gatehouse.mcpUrl);
    const first = new StreamableHTTPClientTransport(url, { authProvider: provider });
    await expect(new Client({ name: 'interop', version: '1' }).connect(first)).rejects.toThrow(
      UnauthorizedError,
    );
    await first.finishAuth(provider.callback.get('code') ?? '');

    const client = new Client({ name: 'interop', version: '1' });
    await client.connect(new StreamableHTTPClientTransport(url, { authProvider: provider }));
    expect((await client.listTools()).tools).toHaveLength(11);
    const sum = await client.callTool({ name: 'add', arguments: { numbers: [1, 2] } });
    expect(JSON.stringify(sum.content)).toContain('3.0000000000');
    expect((await client.listResources()).resources.length).toBeGreaterThanOrEqual(6);
    expect((await client.listPrompts()).prompts).toHaveLength(4);
    await client.close();

    const before = provider.tokens();
    await expect(auth(provider, { serverUrl: url })).resolves.toBe('AUTHORIZED');
    expect(provider.tokens()?.refresh_token).not.toBe(before?.refresh_token);
    const again = new Client({ name: 'interop', version: '1' });
    await again.connect(new StreamableHTTPClientTransport(url, { authProvider: provider }));
    expect((await again.listTools()).tools).toHaveLength(11);
    await again.close();
  });
});
