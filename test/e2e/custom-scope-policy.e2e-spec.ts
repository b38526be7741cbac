import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CustomScopePolicy } from '../../examples/custom-scope-policy.js';
import { testGatehouse, type TestGatehouse } from '../support/gatehouse.js';
import { ERAS } from '../support/mcp-client.js';
import { McpPeer } from '../support/mcp-peer.js';
import { TokenForge } from '../support/token-forge.js';

describe.each(ERAS)('The custom scope policy, %s', (version) => {
  let gatehouse: TestGatehouse;
  let forge: TokenForge;

  beforeAll(async () => {
    gatehouse = await testGatehouse({ scopePolicies: [CustomScopePolicy] });
    forge = await TokenForge.of(gatehouse);
  });
  afterAll(() => gatehouse.stop());

  const post = async (scope: string, method: string, params: Record<string, unknown>) => {
    const peer = await McpPeer.connect({
      url: gatehouse.mcpUrl,
      token: await forge.withScope(scope),
      version,
    });
    return peer.post(method, params);
  };
  const call = (name: string) => ({ name, arguments: name === 'add' ? { numbers: [6, 3] } : { a: 6, b: 3 } });
  const file = { uri: 'file:///README.md' };

  it('lets admin read resources, and nothing else', async () => {
    expect((await post('admin', 'resources/read', file)).status).toBe(200);
    expect((await post('mcp:resources:read', 'resources/read', file)).status).toBe(200);
    expect((await post('mcp:tools:add', 'resources/read', file)).status).toBe(403);
    expect((await post('admin', 'resources/list', {})).status).toBe(403);
    expect((await post('admin', 'tools/call', call('add'))).status).toBe(403);
  });

  it('lets a scope of one tool call that tool alone, and says which scope the other takes', async () => {
    expect(await (await post('mcp:tools:add', 'tools/call', call('add'))).json()).toMatchObject({
      result: { content: [{ text: expect.stringContaining('9') as string }] },
    });
    const refused = await post('mcp:tools:add', 'tools/call', call('divide'));
    expect(refused.status).toBe(403);
    expect(refused.headers.get('www-authenticate')).toContain('scope="mcp:tools:divide"');
    expect((await post('mcp:tools:execute', 'tools/call', call('add'))).status).toBe(403);
  });
});
