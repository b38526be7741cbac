import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEPLOYED_ERAS, testGatehouse, type TestGatehouse } from '../support/gatehouse.js';
import { rpc, rpcResult, type RpcAnswer } from '../support/mcp-client.js';
import { TokenForge } from '../support/token-forge.js';

interface Listed {
  name: string;
  uri: string;
}

describe.each(DEPLOYED_ERAS)('What a fresh server offers, %s, %s', (version, deployment) => {
  let gatehouse: TestGatehouse;
  let token: string;

  beforeAll(async () => {
    gatehouse = await testGatehouse({ deployment });
    token = await (await TokenForge.of(gatehouse)).token();
  });

  afterAll(() => gatehouse.stop());

  const result = (method: string, params: Record<string, unknown> = {}): Promise<Record<string, unknown>> =>
    rpcResult(gatehouse.mcpUrl, method, { version, token, params });

  describe('resources', () => {
    it('lists the sample files on the first start, with URIs that tell nothing of the server', async () => {
      const { resources } = (await result('resources/list')) as unknown as { resources: Listed[] };
      expect(resources.map(({ name }) => name)).toEqual([
        'config.json',
        'guides/scopes.md',
        'images/gate.png',
        'oauth2-config.yaml',
        'sample.md',
        'welcome.txt',
      ]);
      expect(JSON.stringify(resources)).not.toContain(gatehouse.dataDirectory);
    });

    it('reads config.json as the guide has it, with the real addresses', async () => {
      const { contents } = (await result('resources/read', { uri: 'file:///config.json' })) as unknown as {
        contents: { uri: string; mimeType: string; text: string }[];
      };
      expect(contents[0]).toMatchObject({ uri: 'file:///config.json', mimeType: 'application/json' });
      expect(JSON.parse(contents[0]?.text ?? '')).toEqual({
        server: { name: 'OAuth2 MCP Server', version: '1.0.0', authentication: 'oauth2' },
        capabilities: { resources: true, tools: true, prompts: true },
        endpoints: {
          mcp: gatehouse.mcpUrl,
          oauth2_discovery: `${gatehouse.proxy}/.well-known/oauth-authorization-server`,
        },
      });
    });

    it('reads welcome.txt byte for byte, and an image as base64', async () => {
      const folder = join(gatehouse.dataDirectory, 'resources');
      const read = async (uri: string): Promise<Record<string, string> | undefined> =>
        ((await result('resources/read', { uri })) as unknown as { contents: Record<string, string>[] })
          .contents[0];
      const text = await readFile(join(folder, 'welcome.txt'), 'utf8');
      expect(await read('file:///welcome.txt')).toEqual({
        uri: 'file:///welcome.txt',
        mimeType: 'text/plain',
        text,
      });
      const image = await readFile(join(folder, 'images', 'gate.png'), 'base64');
      expect(await read('file:///images/gate.png')).toMatchObject({ mimeType: 'image/png', blob: image });
    });

    it('shows a new file at once', async () => {
      await writeFile(join(gatehouse.dataDirectory, 'resources', 'zz-new.txt'), 'new');
      const { resources } = (await result('resources/list')) as unknown as { resources: Listed[] };
      expect(resources.map(({ name }) => name)).toContain('zz-new.txt');
    });

    it.each([
      'file:///nothing.txt',
      'file:///../gatehouse.sqlite',
      'file:///%2e%2e/gatehouse.sqlite',
      'file:///..%2fgatehouse.sqlite',
      'file:////etc/passwd',
      'file:///etc/passwd',
      'file:///welcome.txt%00',
      'https://example.com/',
      'welcome.txt',
      '',
    ])('has nothing at %j', async (uri) => {
      const response = await rpc(gatehouse.mcpUrl, 'resources/read', { version, token, params: { uri } });
      const { error } = (await response.json()) as RpcAnswer;
      expect(error?.code).toBe(version === '2026-07-28' ? -32602 : -32002);
      expect(error?.data).toEqual({ uri });
    });

    it('refuses a cursor that it did not give out', async () => {
      for (const cursor of ['garbage', '', 7, { a: 1 }, Buffer.from('{"source":9}').toString('base64url')]) {
        const response = await rpc(gatehouse.mcpUrl, 'resources/list', {
          version,
          token,
          params: { cursor },
        });
        expect(((await response.json()) as RpcAnswer).error?.code).toBe(-32602);
      }
    });

    it('offers the template that it reads by, and completes paths', async () => {
      const { resourceTemplates } = (await result('resources/templates/list')) as unknown as {
        resourceTemplates: Record<string, string>[];
      };
      expect(resourceTemplates[0]).toMatchObject({ uriTemplate: 'file:///{+path}', name: 'file' });
      const { completion } = (await result('completion/complete', {
        ref: { type: 'ref/resource', uri: 'file:///{+path}' },
        argument: { name: 'path', value: 'wel' },
      })) as unknown as { completion: { values: string[] } };
      expect(completion.values).toEqual(['welcome.txt']);
    });
  });

  describe('tools', () => {
    const call = async (name: string, args: unknown): Promise<Record<string, unknown>> =>
      result('tools/call', { name, arguments: args });

    it('lists eleven, each with a description and a JSON Schema', async () => {
      const { tools } = (await result('tools/list')) as unknown as {
        tools: { name: string; description: string; inputSchema: { type: string } }[];
      };
      expect(tools.map(({ name }) => name).toSorted()).toEqual([
        'add',
        'cos',
        'divide',
        'factorial',
        'log',
        'multiply',
        'power',
        'sin',
        'sqrt',
        'statistics',
        'subtract',
      ]);
      for (const tool of tools) {
        expect(tool.description).not.toBe('');
        expect(tool.inputSchema.type).toBe('object');
      }
    });

    it('adds', async () => {
      const { content } = (await call('add', { numbers: [1, 2, 3] })) as unknown as {
        content: { text: string }[];
      };
      expect(content[0]?.text).toBe(
        '{\n  "count": 3,\n  "operation": "addition",\n  "result": "6.0000000000"\n}',
      );
    });

    it('answers with structured content where a tool has an output schema', async () => {
      const answer = await call('statistics', { numbers: [1, 2, 3, 4] });
      expect(answer['structuredContent']).toMatchObject({ count: 4, mean: 2.5, median: 2.5, variance: 1.25 });
    });

    it.each([
      ['divide', { a: 1, b: 0 }, 'Division by zero'],
      ['sqrt', { number: -1 }, 'Cannot calculate square root of negative number'],
      ['log', { number: 0 }, 'Logarithm requires positive number'],
      [
        'power',
        { base: 10, exponent: 400 },
        'The result is not a finite number: it is too large or undefined',
      ],
    ])('tells the model what is wrong with %s %j', async (name, args, text) => {
      expect(await call(name, args)).toMatchObject({ isError: true, content: [{ type: 'text', text }] });
    });

    it.each([
      ['add', {}],
      ['add', { numbers: [1] }],
      ['add', { numbers: [1, 'two'] }],
      ['subtract', { a: 1 }],
      ['divide', { b: 1 }],
      ['power', {}],
      ['sqrt', {}],
      ['sin', { angle: 'x' }],
      ['cos', { angle: null }],
      ['log', { number: [] }],
      ['factorial', { number: 21 }],
      ['factorial', { number: 1.5 }],
      ['statistics', { numbers: [] }],
    ])('names the argument that is wrong in %s %j', async (name, args) => {
      const { isError, content } = (await call(name, args)) as unknown as {
        isError: boolean;
        content: { text: string }[];
      };
      expect(isError).toBe(true);
      expect(content[0]?.text).toMatch(
        new RegExp(`^Invalid arguments for tool ${name}: (numbers|a|b|base|number|angle)`),
      );
    });
  });

  describe('prompts', () => {
    it('lists four, with their arguments', async () => {
      const { prompts } = (await result('prompts/list')) as unknown as {
        prompts: { name: string; arguments: { name: string; required: boolean }[] }[];
      };
      expect(prompts.map(({ name }) => name)).toEqual([
        'code_review_general',
        'code_review_security',
        'code_review_performance',
        'code_review_style',
      ]);
      expect(prompts[1]?.arguments.map(({ name, required }) => [name, required])).toEqual([
        ['language', true],
        ['code', true],
        ['threat_model', false],
      ]);
    });

    it('fills one in', async () => {
      const prompt = await result('prompts/get', {
        name: 'code_review_security',
        arguments: { language: 'go', code: 'x := 1', threat_model: 'nobody' },
      });
      expect(prompt).toMatchObject({ description: 'Security-focused code review prompt' });
      const text = (prompt as unknown as { messages: { content: { text: string } }[] }).messages[0]?.content
        .text;
      expect(text).toContain('```go\nx := 1\n```');
      expect(text).toMatch(/Threat model considerations: nobody$/);
    });

    it.each([
      ['an unknown prompt', { name: 'nothing' }],
      ['a missing argument', { name: 'code_review_style', arguments: { language: 'go' } }],
      ['no arguments', { name: 'code_review_style' }],
    ])('answers invalid params for %s', async (_what, params) => {
      const response = await rpc(gatehouse.mcpUrl, 'prompts/get', { version, token, params });
      expect(((await response.json()) as RpcAnswer).error?.code).toBe(-32602);
    });
  });
});
