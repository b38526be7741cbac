import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testGatehouse, type TestGatehouse } from '../support/gatehouse.js';
import { ERAS, rpc, rpcResult } from '../support/mcp-client.js';
import { McpPeer } from '../support/mcp-peer.js';
import { TokenForge } from '../support/token-forge.js';
import { ran, WeatherModule } from '../support/weather-station.js';

type Params = Record<string, unknown>;

/** Each with a name that is hidden and one that nobody has, of the same length. */
const GUESSES: [string, (name: string) => Params, string, string][] = [
  ['tools/call', (name) => ({ name, arguments: { city: 'Oslo' } }), 'forecast', 'forecasX'],
  ['tools/call', (name) => ({ name }), 'forecast', 'forecasX'],
  ['tools/call', (name) => ({ name, arguments: 7 }), 'forecast', 'forecasX'],
  ['tools/call', (name) => ({ name, arguments: { region: 'eu' } }), 'set_alarm', 'set_alarX'],
  ['prompts/get', (name) => ({ name, arguments: { city: 'Oslo' } }), 'briefing', 'briefinX'],
  ['prompts/get', (name) => ({ name }), 'briefing', 'briefinX'],
  ['resources/read', (uri) => ({ uri }), 'weather://log', 'weather://loX'],
  ['resources/read', (uri) => ({ uri }), 'sensor://1', 'sensoX://1'],
  ['completion/complete', completing('ref/prompt', 'name', 'city'), 'briefing', 'briefinX'],
  ['completion/complete', completing('ref/resource', 'uri', 'name'), 'sensor://{name}', 'sensoX://{name}'],
  ['completion/complete', completing('ref/resource', 'uri', 'name'), 'weather://log', 'weather://loX'],
];

function completing(type: string, member: string, argument: string): (name: string) => Params {
  return (name) => ({ ref: { type, [member]: name }, argument: { name: argument, value: '' } });
}

describe.each(ERAS)('Attack: guessing what MCP_LIST_VISIBILITY=hide hides, %s', (version) => {
  let gatehouse: TestGatehouse;
  let forge: TokenForge;
  let entitled: string;

  beforeAll(async () => {
    gatehouse = await testGatehouse({
      capabilities: [WeatherModule],
      variables: { MCP_LIST_VISIBILITY: 'hide' },
      logLevel: 'error',
    });
    forge = await TokenForge.of(gatehouse);
    entitled = await forge.withScope('mcp:*', 'weather:read', 'weather:write');
  });

  afterAll(() => gatehouse.stop());

  /** All that a client can tell from an answer, with the name that it sent itself taken out. */
  async function answer(method: string, params: Params, name: string, token: string): Promise<object> {
    const response = await rpc(gatehouse.mcpUrl, method, { version, token, params });
    const headers = [...response.headers].filter(([header]) => !['date', 'x-request-id'].includes(header));
    return { status: response.status, headers, body: (await response.text()).replaceAll(name, 'NAME') };
  }

  it.each(GUESSES)(
    '%s %# tells a hidden name from none at all to nobody',
    async (method, params, hidden, none) => {
      ran.length = 0;
      for (const scopes of [['mcp:*'], ['mcp:*', 'weather:reaX'], [], ['weather:other']]) {
        const token = await forge.withScope(...scopes);
        const guessed = await answer(method, params(hidden), hidden, token);
        expect(guessed).toEqual(await answer(method, params(none), none, token));
        expect(JSON.stringify(guessed)).not.toContain('weather:');
      }
      expect(ran).toEqual([]);
      expect(await answer(method, params(hidden), hidden, entitled)).not.toEqual(
        await answer(method, params(none), none, entitled),
      );
    },
  );

  it('a cursor of somebody who sees more leads nowhere', async () => {
    const { mcpUrl } = gatehouse;
    const token = await forge.withScope('mcp:*');
    const cursors: string[] = [];
    for (let cursor: string | undefined = ''; cursor !== undefined;) {
      const params: Params = cursor === '' ? {} : { cursor };
      const page = await rpcResult(mcpUrl, 'resources/list', { version, token: entitled, params });
      cursor = page['nextCursor'] as string | undefined;
      if (cursor !== undefined) cursors.push(cursor);
    }
    const texts = await Promise.all(
      cursors.map(async (cursor) => {
        const response = await rpc(mcpUrl, 'resources/list', { version, token, params: { cursor } });
        return response.text();
      }),
    );
    expect(texts.join(' ')).not.toContain('sensor');
    // The second page of the cities, both of the sensors, both of the maps.
    expect(texts.map((text) => text.includes('Invalid cursor'))).toEqual([false, true, true, false, false]);
  });

  it.runIf(version === '2026-07-28')('listening for a hidden resource is listening for none', async () => {
    const token = await forge.withScope('mcp:*');
    const peer = await McpPeer.connect({ url: gatehouse.mcpUrl, token, version });
    const stop = new AbortController();
    const notifications = { resourceSubscriptions: ['weather://log', 'weather://loX', 'weather://about'] };
    const response = await peer.post('subscriptions/listen', { notifications }, { signal: stop.signal });
    const chunk = new TextDecoder().decode((await response.body?.getReader().read())?.value);
    stop.abort();
    expect(chunk).toContain('"resourceSubscriptions":["weather://about"]');
  });

  it.runIf(version === '2025-11-25')('subscribing to a hidden resource is subscribing to none', async () => {
    const token = await forge.withScope('mcp:*');
    const peer = await McpPeer.connect({ url: gatehouse.mcpUrl, token, version });
    const refused = async (uri: string): Promise<string> => {
      const text = await (await peer.post('resources/subscribe', { uri })).text();
      return text.replaceAll(uri, 'URI').replace(/"id":\d+/, '"id":0');
    };
    expect(await refused('weather://log')).toBe(await refused('weather://loX'));
  });
});
