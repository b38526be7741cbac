import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testGatehouse, type TestGatehouse } from '../support/gatehouse.js';
import { ERAS, rpc, rpcResult, type Version } from '../support/mcp-client.js';
import { TokenForge } from '../support/token-forge.js';
import { WeatherModule } from '../support/weather-station.js';

type Item = { name: string; title?: string; uri?: string; _meta?: Record<string, unknown> };

const LISTS = ['tools/list', 'prompts/list', 'resources/list', 'resources/templates/list'] as const;
const MEMBERS = {
  'tools/list': 'tools',
  'prompts/list': 'prompts',
  'resources/list': 'resources',
  'resources/templates/list': 'resourceTemplates',
} as const;
type List = (typeof LISTS)[number];

const ALL: Record<List, string[]> = {
  'tools/list': ['now', 'forecast', 'set_alarm'],
  'prompts/list': ['small_talk', 'briefing'],
  'resources/list': ['about', 'log', 'city 1', 'city 2', 'sensor 1', 'sensor 2', 'map 1', 'map 2'],
  'resources/templates/list': ['city', 'sensor', 'map'],
};
/** What needs no scope of its own. */
const OPEN: Record<List, string[]> = {
  'tools/list': ['now'],
  'prompts/list': ['small_talk'],
  'resources/list': ['about', 'city 1', 'city 2', 'map 1', 'map 2'],
  'resources/templates/list': ['city', 'map'],
};
const KEY = 'gatehouse/requiredScopes';

/** Every page of a list. */
async function listed(url: string, list: List, version: Version, token: string): Promise<Item[]> {
  const items: Item[] = [];
  let cursor: string | undefined;
  do {
    const params = cursor === undefined ? {} : { cursor };
    const result = await rpcResult(url, list, { version, token, params });
    items.push(...(result[MEMBERS[list]] as Item[]));
    cursor = result['nextCursor'] as string | undefined;
  } while (cursor !== undefined);
  return items;
}

const names = (items: readonly Item[]): string[] => items.map(({ name }) => name);

describe.each(['show', 'locked', 'hide'] as const)('Lists with MCP_LIST_VISIBILITY=%s', (mode) => {
  let gatehouse: TestGatehouse;
  let forge: TokenForge;
  let little: string;
  let much: string;

  beforeAll(async () => {
    gatehouse = await testGatehouse({
      capabilities: [WeatherModule],
      variables: { MCP_LIST_VISIBILITY: mode },
    });
    forge = await TokenForge.of(gatehouse);
    little = await forge.token();
    much = await forge.withScope(
      'mcp:tools:execute',
      'mcp:prompts:read',
      'mcp:resources:read',
      'weather:read',
      'weather:write',
    );
  });

  afterAll(() => gatehouse.stop());

  describe.each(ERAS)('%s', (version) => {
    it.each(LISTS)('%s: each of two callers gets their own, also at the same time', async (list) => {
      const callers = Array.from({ length: 20 }, (_, index) => (index % 2 === 0 ? little : much));
      const answers = await Promise.all(
        callers.map((token) => listed(gatehouse.mcpUrl, list, version, token)),
      );
      for (const [index, items] of answers.entries()) {
        const isLittle = callers[index] === little;
        expect(names(items)).toEqual(isLittle && mode === 'hide' ? OPEN[list] : ALL[list]);
        const marked = items.filter(({ _meta }) => _meta?.[KEY] !== undefined);
        const notCovered = ALL[list].filter((name) => !OPEN[list].includes(name));
        expect(names(marked)).toEqual(isLittle && mode === 'locked' ? notCovered : []);
      }
    });

    it('tools/list: a token for a part sees that part', async () => {
      const token = await forge.withScope('mcp:tools:execute', 'weather:read');
      const items = await listed(gatehouse.mcpUrl, 'tools/list', version, token);
      expect(names(items)).toEqual(mode === 'hide' ? ['now', 'forecast'] : ALL['tools/list']);
      const marks = items.flatMap(({ name, title, _meta }) => (_meta ? [{ name, title, _meta }] : []));
      expect(marks).toEqual(
        mode === 'locked'
          ? [
              {
                name: 'set_alarm',
                title: 'set_alarm (locked)',
                _meta: { [KEY]: ['mcp:tools:execute', 'weather:write'] },
              },
            ]
          : [],
      );
    });

    it('a token that can only list sees what needs no scope of its own', async () => {
      const token = await forge.withScope('mcp:tools:read');
      const items = await listed(gatehouse.mcpUrl, 'tools/list', version, token);
      expect(names(items)).toEqual(mode === 'hide' ? OPEN['tools/list'] : ALL['tools/list']);
      expect(items[0]?._meta).toEqual(mode === 'locked' ? { [KEY]: ['mcp:tools:execute'] } : undefined);
    });

    it.runIf(mode !== 'hide')('a call of what is not covered gets the 403 with all the scopes', async () => {
      const params = { name: 'forecast', arguments: { city: 'Oslo' } };
      const refused = await rpc(gatehouse.mcpUrl, 'tools/call', { version, token: little, params });
      expect(refused.status).toBe(403);
      expect(refused.headers.get('www-authenticate')).toContain('scope="mcp:tools:execute weather:read"');
      const answer = await rpc(gatehouse.mcpUrl, 'tools/call', { version, token: much, params });
      expect(await answer.text()).toContain('sunny in Oslo');
    });
  });

  it('says how long a list may be kept: not at all where it depends on the caller', async () => {
    const { ttlMs, cacheScope } = await rpcResult(gatehouse.mcpUrl, 'tools/list', { token: little });
    expect({ ttlMs, cacheScope }).toEqual({ ttlMs: mode === 'show' ? 60_000 : 0, cacheScope: 'private' });
  });
});
