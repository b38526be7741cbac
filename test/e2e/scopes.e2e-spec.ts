import { Injectable, Module } from '@nestjs/common';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { RequireScope } from '../../src/auth/require-scope.decorator.js';
import { McpMethod } from '../../src/mcp/decorators/mcp-method.decorator.js';
import { Tool } from '../../src/mcp/decorators/tool.decorator.js';
import { DEPLOYED_ERAS, testGatehouse, type TestGatehouse } from '../support/gatehouse.js';
import { rpc, type RpcAnswer, type RpcOptions } from '../support/mcp-client.js';
import { tokenFor } from '../support/oauth-flow.js';
import { TokenForge } from '../support/token-forge.js';

const SCOPES = [
  'mcp:tools:read',
  'mcp:tools:execute',
  'mcp:resources:list',
  'mcp:resources:read',
  'mcp:prompts:list',
  'mcp:prompts:read',
];

/** Method, its parameters, the scope that it needs, and the scopes that imply that one. */
const RULES: [string, Record<string, unknown>, string, string[]][] = [
  ['tools/list', {}, 'mcp:tools:read', ['mcp:tools:execute']],
  ['tools/call', { name: 'add', arguments: { numbers: [1, 2] } }, 'mcp:tools:execute', []],
  ['resources/list', {}, 'mcp:resources:list', ['mcp:resources:read']],
  ['resources/templates/list', {}, 'mcp:resources:list', ['mcp:resources:read']],
  ['resources/read', { uri: 'file:///welcome.txt' }, 'mcp:resources:read', []],
  ['prompts/list', {}, 'mcp:prompts:list', ['mcp:prompts:read']],
  [
    'prompts/get',
    { name: 'code_review_general', arguments: { language: 'rust', code: 'x' } },
    'mcp:prompts:read',
    [],
  ],
  [
    'completion/complete',
    { ref: { type: 'ref/prompt', name: 'code_review_general' }, argument: { name: 'language', value: 'ru' } },
    'mcp:prompts:read',
    [],
  ],
  [
    'completion/complete',
    { ref: { type: 'ref/resource', uri: 'file:///{+path}' }, argument: { name: 'path', value: 'w' } },
    'mcp:resources:read',
    [],
  ],
];

describe.each(DEPLOYED_ERAS)('Scopes of the MCP methods, %s, %s', (version, deployment) => {
  let gatehouse: TestGatehouse;
  let forge: TokenForge;

  beforeAll(async () => {
    gatehouse = await testGatehouse({ deployment });
    forge = await TokenForge.of(gatehouse);
  });

  afterAll(() => gatehouse.stop());

  const call = async (method: string, params: RpcOptions['params'], ...scopes: string[]): Promise<Response> =>
    rpc(gatehouse.mcpUrl, method, { version, params: params ?? {}, token: await forge.withScope(...scopes) });

  it.each(RULES)('%s %j works with %s alone', async (method, params, scope) => {
    const response = await call(method, params, scope);
    expect(response.status).toBe(200);
    expect((await response.json()) as RpcAnswer).toHaveProperty('result');
  });

  it.each(RULES)('%s %j works with mcp:*', async (method, params) => {
    expect((await call(method, params, 'mcp:*')).status).toBe(200);
  });

  it.each(RULES)(
    '%s %j is refused without %s, and the challenge names it',
    async (method, params, scope, implying) => {
      const others = SCOPES.filter((candidate) => candidate !== scope && !implying.includes(candidate));
      const response = await call(method, params, ...others);
      expect(response.status).toBe(403);
      const challenge = response.headers.get('www-authenticate') ?? '';
      expect(challenge).toContain('error="insufficient_scope"');
      expect(challenge).toContain(`scope="${scope}"`);
      expect(challenge).toContain(
        `resource_metadata="${gatehouse.proxy}/.well-known/oauth-protected-resource/mcp"`,
      );
      const answer = (await response.json()) as RpcAnswer;
      expect(answer.id).toBe(1);
      expect(answer.error?.data).toEqual({ error: 'insufficient_scope', scope });
    },
  );

  it.each(RULES.filter(([, , , implying]) => implying.length > 0))(
    '%s %j works with a scope that implies %s',
    async (method, params, _scope, implying) => {
      expect((await call(method, params, ...implying)).status).toBe(200);
    },
  );

  it.each(version === '2026-07-28' ? ['server/discover'] : ['initialize', 'ping'])(
    '%s needs a valid token and no scope',
    async (method) => {
      const params = {
        protocolVersion: '2025-11-25',
        capabilities: {},
        clientInfo: { name: 't', version: '1' },
      };
      const response = await call(method, params);
      expect((await response.json()) as RpcAnswer).toHaveProperty('result');
    },
  );

  it.each([
    'foo/bar',
    'tools/Call',
    'tools/call/',
    '__proto__',
    'constructor',
    'resources/Subscribe',
    'rpc.discover',
  ])('the unknown method %j is denied to a token with all scopes', async (method) => {
    const response = await call(method, {}, 'mcp:*', ...SCOPES);
    expect(response.status).toBe(version === '2026-07-28' ? 404 : 200);
    expect(((await response.json()) as RpcAnswer).error?.code).toBe(-32601);
  });
});

describe('Scopes of single tools', () => {
  const calls: string[] = [];

  @Injectable()
  class GuardedTools {
    @Tool({ name: 'plain', description: 'Needs what every tool needs', input: z.object({}) })
    plain(): string {
      calls.push('plain');
      return 'plain';
    }

    @Tool({ name: 'special', description: 'Needs one scope more', input: z.object({}) })
    @RequireScope('mcp:tools:special', 'billing:write')
    special(): string {
      calls.push('special');
      return 'special';
    }

    @McpMethod('com.example/report')
    @RequireScope('reports:read')
    report(): object {
      calls.push('report');
      return { pages: 1 };
    }
  }

  @Module({ providers: [GuardedTools] })
  class GuardedToolsModule {}

  let gatehouse: TestGatehouse;
  let forge: TokenForge;

  beforeAll(async () => {
    gatehouse = await testGatehouse({ capabilities: [GuardedToolsModule] });
    forge = await TokenForge.of(gatehouse);
  });

  afterAll(() => gatehouse.stop());

  const call = async (name: string, ...scopes: string[]): Promise<Response> =>
    rpc(gatehouse.mcpUrl, 'tools/call', { params: { name }, token: await forge.withScope(...scopes) });

  it("adds a tool's scopes to those of tools/call, and names all of them at once", async () => {
    calls.length = 0;
    const response = await call('special', 'mcp:tools:execute');
    expect(response.status).toBe(403);
    expect(response.headers.get('www-authenticate')).toContain(
      'scope="mcp:tools:execute mcp:tools:special billing:write"',
    );
    expect(calls).toEqual([]);
  });

  it('calls the tool when the token has all of them', async () => {
    const response = await call('special', 'mcp:tools:execute', 'mcp:tools:special', 'billing:write');
    expect(response.status).toBe(200);
    expect(calls).toContain('special');
  });

  it('leaves other tools as they are', async () => {
    expect((await call('plain', 'mcp:tools:execute')).status).toBe(200);
  });

  it('guards a protocol method of its own by the scope that it declares', async () => {
    const report = async (scope: string): Promise<Response> =>
      rpc(gatehouse.mcpUrl, 'com.example/report', { token: await forge.withScope(scope) });
    expect((await report('mcp:*')).status).toBe(403);
    expect((await report('reports:read')).status).toBe(200);
  });
});

@Injectable()
class WeatherTools {
  @Tool({ name: 'forecast', description: 'Forecast for a city', input: z.object({ city: z.string() }) })
  @RequireScope('weather:read')
  forecast({ city }: { city: string }): string {
    return `sunny in ${city}`;
  }
}

@Module({ providers: [WeatherTools] })
class Weather {}

describe('Scope hierarchy', () => {
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gatehouse-config-'));
  });

  afterAll(() => rm(folder, { recursive: true, force: true }));

  const withConfiguration = async (text: string): Promise<TestGatehouse> => {
    const file = join(folder, 'gatehouse.yaml');
    await writeFile(file, text);
    return testGatehouse({ capabilities: [Weather], variables: { GATEHOUSE_CONFIG_FILE: file } });
  };

  it('is off when the configuration file says so', async () => {
    const gatehouse = await withConfiguration('scopeHierarchy: {}\n');
    try {
      const forge = await TokenForge.of(gatehouse);
      for (const scope of ['mcp:tools:execute', 'mcp:*']) {
        const token = await forge.withScope(scope);
        expect((await rpc(gatehouse.mcpUrl, 'tools/list', { token })).status).toBe(403);
      }
      const token = await forge.withScope('mcp:tools:read');
      expect((await rpc(gatehouse.mcpUrl, 'tools/list', { token })).status).toBe(200);
    } finally {
      await gatehouse.stop();
    }
  });

  it.each([
    ['scopeHierarchy: {}', 403],
    ["scopeHierarchy: { 'mcp:tools:execute': ['mcp:tools:read', 'weather:read'] }", 200],
  ])('says who holds a scope of a tool, with a token of the whole flow: %s', async (text, status) => {
    const gatehouse = await withConfiguration(text);
    try {
      const { access_token: token } = await tokenFor(gatehouse.proxy, 'mcp:tools:execute');
      const params = { name: 'forecast', arguments: { city: 'Ulm' } };
      const answer = await rpc(gatehouse.mcpUrl, 'tools/call', { token, params });
      expect(answer.status).toBe(status);
    } finally {
      await gatehouse.stop();
    }
  });
});
