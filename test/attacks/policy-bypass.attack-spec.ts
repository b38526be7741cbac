import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { configurationFile } from '../support/configuration-file.js';
import { testGatehouse, type TestGatehouse } from '../support/gatehouse.js';
import { ERAS } from '../support/mcp-client.js';
import { McpPeer } from '../support/mcp-peer.js';
import { TokenForge } from '../support/token-forge.js';

const SECRET = 'the plan';
const MAX_BODY = 4_194_304;

const RULES = [
  { name: 'secret', effect: 'deny', match: { resources: ['file:///secret/**'] } },
  { name: 'umlaut', effect: 'deny', match: { resources: ['file:///gehe\u00edm!/**'] } },
  { name: 'no-power', effect: 'deny', match: { tools: ['power'] } },
  { name: 'no-review', effect: 'deny', match: { prompts: ['code_review_*'], methods: ['prompts/get'] } },
  {
    name: 'no-big-sums',
    effect: 'deny',
    match: { tools: ['add'] },
    when: 'arguments.numbers.exists(n, n > 1000)',
  },
  { name: 'no-admin-flag', effect: 'deny', match: { tools: ['multiply'] }, when: 'has(arguments.admin)' },
  {
    name: 'words',
    effect: 'deny',
    match: { tools: ['statistics'] },
    when: 'arguments.text.matches("^(a|a)*$") || arguments.a.exists(x, arguments.b.exists(y, x == y))',
  },
];

/** Everything that a caller with every scope may try to get past rules that deny. */
describe.each(ERAS)('A caller who is denied by a rule, %s', (version) => {
  let gatehouse: TestGatehouse;
  let remove: () => Promise<void>;
  let token: string;
  let peer: McpPeer;

  beforeAll(async () => {
    const file = await configurationFile({ policies: RULES });
    ({ remove } = file);
    gatehouse = await testGatehouse({ variables: { GATEHOUSE_CONFIG_FILE: file.path } });
    const folder = gatehouse.instances[0]?.config.resources.folder ?? '';
    for (const name of ['secret', 'gehe\u00edm!', 'gehei\u0301m!', 'public']) {
      await mkdir(join(folder, name), { recursive: true });
      await writeFile(join(folder, name, 'plan.txt'), SECRET);
    }
    token = await (await TokenForge.of(gatehouse)).withScope('mcp:*', 'mcp:tools:power');
    peer = await McpPeer.connect({ url: gatehouse.mcpUrl, token, version });
  });

  afterAll(async () => {
    await gatehouse.stop();
    await remove();
  });

  /** In ASCII, as 2026-07-28 has it for names that are not. */
  const named = (name: string) => ({
    headers: { 'mcp-name': `=?base64?${Buffer.from(name).toString('base64')}?=` },
  });
  const read = (uri: string) => peer.post('resources/read', { uri }, named(uri));

  it('reads what no rule closes', async () => {
    expect(await (await read('file:///public/plan.txt')).text()).toContain(SECRET);
  });

  it.each([
    'file:///secret/plan.txt',
    'file:///%73ecret/plan.txt',
    'file:///%73%65%63%72%65%74/plan.txt',
    'file:///secret/%70lan.txt',
    'file:///secret%2Fplan.txt',
    'file:///secret%2fplan.txt',
    'file:///public/../secret/plan.txt',
    'file:///public/%2e%2e/secret/plan.txt',
    'file:///public/%2E./secret/plan.txt',
    'file:///./secret/plan.txt',
    'file:////secret/plan.txt',
    'file:///secret//plan.txt',
    'file:///secret\\plan.txt',
    'file:///secret%5Cplan.txt',
    'file:///se\tcret/plan.txt',
    'file:///secret/plan.txt?x',
    'file:///secret/plan.txt#x',
    'file:///secret/plan.txt%00',
    'file://localhost/secret/plan.txt',
    'FILE:///secret/plan.txt',
    'file:/secret/plan.txt',
    ' file:///secret/plan.txt',
    'file:///SECRET/plan.txt',
    'file:///\u017fecret/plan.txt',
    'file:///%2573ecret/plan.txt',
    'file:///gehe\u00edm!/plan.txt',
    'file:///gehe%C3%ADm%21/plan.txt',
    'file:///gehei\u0301m!/plan.txt',
  ])('does not read the closed file as %j', async (uri) => {
    const answer = await read(uri);
    expect(answer.status).toBeLessThan(500);
    expect(await answer.text()).not.toContain(SECRET);
  });

  it('does not hear of changes of what it may not read', async () => {
    const uri = 'file:///secret/../secret/%70lan.txt';
    const asked =
      version === '2026-07-28'
        ? peer.post('subscriptions/listen', {
            notifications: { resourceSubscriptions: ['file:///public/plan.txt', uri] },
          })
        : peer.post('resources/subscribe', { uri });
    expect((await asked).status).toBe(403);
  });

  it('does not complete what it may not use', async () => {
    const ref = { type: 'ref/prompt', name: 'code_review_style' };
    const answer = await peer.post('completion/complete', { ref, argument: { name: 'language', value: '' } });
    expect(answer.status).toBe(403);
  });

  it.each(['power', 'Power', 'power ', 'pow\u200ber', '\uff50ower', 'tools/power', './power', 'power\u0000'])(
    'does not call the closed tool as %j',
    async (name) => {
      const answer = await peer.post(
        'tools/call',
        { name, arguments: { base: 2, exponent: 10 } },
        named(name),
      );
      expect(answer.status).toBeLessThan(500);
      expect(await answer.text()).not.toContain('1024');
    },
  );

  const raw = async (body: string, headers: Record<string, string> = {}) =>
    fetch(gatehouse.mcpUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...peer.headers(), ...headers },
      body,
    });
  const META =
    '"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientInfo":{"name":"p","version":"1"},"io.modelcontextprotocol/clientCapabilities":{}}';
  const modern = (name: string) =>
    version === '2026-07-28' ? { 'mcp-method': 'tools/call', 'mcp-name': name } : {};

  it.each([
    ['the name', '"name":"add","name":"power","arguments":{"base":2,"exponent":10}', 'power'],
    [
      'the name, with another header',
      '"name":"add","name":"power","arguments":{"base":2,"exponent":10}',
      'add',
    ],
    ['an argument', '"name":"add","arguments":{"numbers":[1],"numbers":[5000,1]}', 'add'],
    ['all arguments', '"name":"add","arguments":{"numbers":[1]},"arguments":{"numbers":[5000,1]}', 'add'],
    ['an argument in escapes', '"name":"add","arguments":{"numbers":[1],"n\\u0075mbers":[5000,1]}', 'add'],
  ])('does not get past a rule by saying %s twice', async (_what, params, header) => {
    const answer = await raw(
      `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{${params},${META}}}`,
      modern(header),
    );
    expect(answer.status).toBeLessThan(500);
    expect(await answer.text()).not.toMatch(/1024|5001/);
  });

  it.each([
    ['a prototype', '"__proto__":{"admin":true}', true],
    ['a constructor', '"constructor":{"prototype":{"admin":true}}', false],
    ['both', '"__proto__":null,"constructor":1', false],
  ])('changes no rule and no later request with %s among the arguments', async (_what, member) => {
    const answer = await raw(
      `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"multiply","arguments":{"numbers":[2,3],${member}},${META}}}`,
      modern('multiply'),
    );
    expect(answer.status).toBeLessThan(500);
    expect(({} as { admin?: unknown }).admin).toBeUndefined();
    const later = await peer.post('tools/call', { name: 'multiply', arguments: { numbers: [2, 3] } });
    expect(later.status).toBe(200);
  });

  it.each([
    ['a long list', () => ({ numbers: Array.from({ length: 500_000 }, () => 1) }), 'add'],
    [
      'two lists to compare',
      () => ({ text: 'b', a: Array(20_000).fill(1), b: Array(20_000).fill(2) }),
      'statistics',
    ],
    [
      'a long text for a regular expression',
      () => ({ text: `${'a'.repeat(1_000_000)}b`, a: [], b: [] }),
      'statistics',
    ],
  ])('gets a no, and holds up nobody, with %s', async (_what, args, name) => {
    const params = { name, arguments: args() };
    expect(JSON.stringify(params).length).toBeLessThan(MAX_BODY);
    const answer = await peer.post('tools/call', params);
    expect(answer.status).toBe(403);
    expect(await answer.text()).toContain('cannot be evaluated for this request');
    expect((await peer.post('tools/list')).status).toBe(200);
  });

  it('gets no part of a batch that has a closed call in it', async () => {
    const batch = JSON.stringify([
      {
        jsonrpc: '2.0',
        id: 1,
        method: 'tools/call',
        params: { name: 'add', arguments: { numbers: [40, 2] } },
      },
      {
        jsonrpc: '2.0',
        id: 2,
        method: 'tools/call',
        params: { name: 'power', arguments: { base: 2, exponent: 10 } },
      },
    ]);
    const { 'mcp-session-id': _session, ...headers } = peer.headers();
    const answer = await fetch(gatehouse.mcpUrl, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json', 'mcp-protocol-version': '2025-03-26' },
      body: batch,
    });
    expect(answer.status).toBe(403);
    expect(answer.headers.get('www-authenticate')).toBeNull();
    expect(await answer.text()).not.toMatch(/42|1024/);
  });
});
