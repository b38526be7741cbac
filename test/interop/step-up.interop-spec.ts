import {
  Client,
  StreamableHTTPClientTransport,
  UnauthorizedError,
  type OAuthDiscoveryState,
  type StoredOAuthClientInformation,
  type StoredOAuthTokens,
} from '@modelcontextprotocol/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testGatehouse, type TestGatehouse } from '../support/gatehouse.js';
import { WeatherModule } from '../support/weather-station.js';
import { MemoryOAuthProvider } from './memory-oauth-provider.js';

type Provider = MemoryOAuthProvider<StoredOAuthClientInformation, StoredOAuthTokens, OAuthDiscoveryState>;

const CASES = [
  ['2026-07-28', { mode: 'auto' as const }, {}],
  ['2025-11-25', { mode: 'legacy' as const }, {}],
  ['2026-07-28', { mode: 'auto' as const }, { MCP_TOOL_SECURITY_SCHEMES: 'true' }],
  ['2025-11-25', { mode: 'legacy' as const }, { MCP_TOOL_SECURITY_SCHEMES: 'true' }],
] as const;
const FORECAST = { name: 'forecast', arguments: { city: 'Oslo' } };

describe.each(CASES)(
  'Step-up by the official SDK v2 client, %s, %j, %j',
  (_version, versionNegotiation, variables) => {
    let gatehouse: TestGatehouse;

    beforeAll(async () => {
      gatehouse = await testGatehouse({
        capabilities: [WeatherModule],
        variables: { MCP_LIST_VISIBILITY: 'locked', ...variables },
      });
    });

    afterAll(() => gatehouse.stop());

    const prepare = (provider: Provider): { client: Client; transport: StreamableHTTPClientTransport } => ({
      client: new Client({ name: 'interop', version: '1' }, { versionNegotiation }),
      transport: new StreamableHTTPClientTransport(new URL(gatehouse.mcpUrl), { authProvider: provider }),
    });

    const lockedTools = async (client: Client): Promise<string[]> =>
      (await client.listTools()).tools
        .filter(({ _meta }) => _meta?.['gatehouse/requiredScopes'] !== undefined)
        .map(({ title, name }) => title ?? name);

    it('goes from the baseline to the scope of a tool, and sees it unlocked', async () => {
      const provider: Provider = new MemoryOAuthProvider('SDK v2');
      const first = prepare(provider);
      await expect(first.client.connect(first.transport)).rejects.toThrow(UnauthorizedError);
      await first.transport.finishAuth(provider.callback);
      expect(provider.visits[0]?.searchParams.get('scope')).not.toContain('weather');

      const { client, transport } = prepare(provider);
      await client.connect(transport);
      expect(await lockedTools(client)).toEqual(['Forecast (locked)', 'set_alarm (locked)']);
      const before = provider.visits[0]?.searchParams.get('scope')?.split(' ') ?? [];
      await expect(client.callTool(FORECAST)).rejects.toThrow(UnauthorizedError);
      const asked = provider.visits[1]?.searchParams.get('scope')?.split(' ') ?? [];
      expect(asked.toSorted()).toEqual([...new Set([...before, 'weather:read'])].toSorted());

      await transport.finishAuth(provider.callback);
      const answer = await client.callTool(FORECAST);
      expect(JSON.stringify(answer.content)).toContain('sunny in Oslo');
      expect(await lockedTools(client)).toEqual(['set_alarm (locked)']);
      await client.close();
    });
  },
);
