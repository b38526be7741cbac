import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testGatehouse, type TestGatehouse } from '../support/gatehouse.js';
import { scrape } from '../support/scrape.js';
import { approve } from './approve.js';
import { Inspector } from './inspector.js';

const ERAS = [
  ['modern', 'server/discover', 'initialize'],
  ['legacy', 'initialize', 'server/discover'],
] as const;

describe.each(ERAS)('MCP Inspector 2.12, %s era', (era, opensWith, neverSends) => {
  let gatehouse: TestGatehouse;
  let inspector: Inspector;

  beforeAll(async () => {
    gatehouse = await testGatehouse();
    inspector = await Inspector.create(gatehouse.mcpUrl, era);
  });

  afterAll(async () => {
    await inspector.remove();
    await gatehouse.stop();
  });

  it('meets the auth wall without a token', async () => {
    const { exitCode, output } = await inspector.run('--method', 'tools/list');
    expect(exitCode, output).toBe(3);
    expect(output).toContain('"code":"auth_required"');
  });

  it('lists and calls everything after a full OAuth flow', async () => {
    let asked = new URLSearchParams();
    const visit = (url: string): Promise<void> => {
      asked = new URL(url).searchParams;
      return approve(url);
    };
    const first = await inspector.authorize(visit, '--method', 'tools/list');
    expect(first.exitCode, first.output).toBe(0);
    expect(first.output).toContain('factorial');
    expect(asked.get('client_id')).not.toBe('mcp-inspector-client');
    expect(asked.get('redirect_uri')).toBe('http://127.0.0.1:6276/oauth/callback');
    expect(asked.get('code_challenge_method')).toBe('S256');
    expect(asked.get('resource')).toBe(gatehouse.mcpUrl);

    const { tools } = (await inspector.result('--method', 'tools/list')) as { tools: { name: string }[] };
    expect(tools).toHaveLength(11);
    const sum = await inspector.result(
      '--method',
      'tools/call',
      '--tool-name',
      'add',
      '--tool-args-json',
      '{"numbers":[1,2,3]}',
    );
    expect(JSON.stringify(sum)).toContain('6.0000000000');
    const { resources } = (await inspector.result('--method', 'resources/list')) as { resources: unknown[] };
    expect(resources.length).toBeGreaterThanOrEqual(6);
    const read = await inspector.result('--method', 'resources/read', '--uri', 'file:///welcome.txt');
    expect(JSON.stringify(read)).toContain('Welcome');
    const templates = await inspector.result('--method', 'resources/templates/list');
    expect(JSON.stringify(templates)).toContain('file:///{+path}');
    const { prompts } = (await inspector.result('--method', 'prompts/list')) as { prompts: unknown[] };
    expect(prompts).toHaveLength(4);
    const prompt = await inspector.result(
      '--method',
      'prompts/get',
      '--prompt-name',
      'code_review_style',
      '--prompt-args',
      'language=go',
      'code=x',
    );
    expect(JSON.stringify(prompt)).toContain('style and formatting');

    const [management = ''] = gatehouse.management;
    const metrics = await scrape(management);
    const opened = (method: string): number => metrics.sum('gatehouse_mcp_operations_total', { method });
    expect(opened(opensWith)).toBeGreaterThan(0);
    expect(opened(neverSends)).toBe(0);
  });
});
