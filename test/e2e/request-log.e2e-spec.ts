import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLogger } from '../../src/logging/logger.js';
import { parseLogLevels } from '../../src/config/log-levels.js';
import { DEPLOYMENTS, testGatehouse, type TestGatehouse } from '../support/gatehouse.js';
import { rpc } from '../support/mcp-client.js';
import { INSPECTOR, redeem, tokenFor } from '../support/oauth-flow.js';

type Line = Record<string, unknown>;

function linesOf(text: string, module: string): Line[] {
  return text
    .split('\n')
    .filter((line) => line.includes('"msg":"request"'))
    .map((line) => JSON.parse(line) as Line)
    .filter((line) => line['module'] === module);
}

describe('levels of modules', () => {
  it('let the lines of one module through and leave those of the others out', () => {
    const lines: string[] = [];
    const logger = createLogger(parseLogLevels('warn,mcp=debug,auth=silent'), {
      write: (line) => void lines.push(line),
    });
    for (const module of ['mcp', 'auth', 'proxy'])
      for (const level of ['debug', 'warn', 'error'] as const) logger.of(module).pino[level](module);
    logger.of('proxy').of('mcp').pino.debug('once more');
    logger.pino.info('of none');
    expect(
      lines
        .map((line) => JSON.parse(line) as Line)
        .map(({ level, msg }) => `${String(level)} ${String(msg)}`),
    ).toEqual(['debug mcp', 'warn mcp', 'error mcp', 'warn proxy', 'error proxy', 'debug once more']);
  });
});

describe.each(DEPLOYMENTS)('The log of requests, %s', (deployment) => {
  let gatehouse: TestGatehouse;

  beforeAll(async () => {
    gatehouse = await testGatehouse({ deployment });
  });

  afterAll(() => gatehouse.stop());

  it('has a line for a request to /mcp: what it was, how it ended, and nothing that is secret', async () => {
    const { access_token: token } = await tokenFor(gatehouse.proxy);
    const params = { name: 'add', arguments: { numbers: [31_337, 2] } };
    const answer = await rpc(gatehouse.mcpUrl, 'tools/call', { token, params });
    const requestId = answer.headers.get('x-request-id');
    await answer.text();
    await expect
      .poll(() => linesOf(gatehouse.log(), 'mcp').find((line) => line['requestId'] === requestId))
      .toBeDefined();
    const lines = linesOf(gatehouse.log(), 'mcp').filter((line) => line['requestId'] === requestId);
    expect(lines[0]).toMatchObject({
      level: 'debug',
      method: 'POST',
      route: '/mcp',
      status: 200,
      milliseconds: expect.any(Number),
      bytes: expect.any(Number),
      address: '127.0.0.1',
      contentType: 'application/json',
      mcpMethod: 'tools/call',
      target: 'add',
      clientId: INSPECTOR.clientId,
    });
    expect(lines[0]?.['bytes']).toBeGreaterThan(100);
    for (const secret of [token, '31337', 'Bearer']) expect(JSON.stringify(lines)).not.toContain(secret);
  });

  it('has of hostile headers, queries and bodies only what is listed, cut and in one line', async () => {
    const secret = 'a-secret-of-somebody';
    await fetch(`${gatehouse.proxy}/token?code=${secret}`, {
      method: 'POST',
      headers: {
        'user-agent': `evil\u0000 agent ${'x'.repeat(3_000)}`.replace('\u0000', '\u00a0'),
        cookie: `session=${secret}`,
        authorization: `Basic ${secret}`,
        'x-api-key': secret,
        referer: `https://a.example/?token=${secret}`,
      },
      body: new URLSearchParams({
        grant_type: 'refresh_token',
        refresh_token: secret,
        client_secret: secret,
        client_id: 'somebody',
        unknown: secret,
      }),
    });
    await redeem(gatehouse.proxy, { grant_type: 'x'.repeat(9_000) });
    await expect.poll(() => linesOf(gatehouse.log(), 'authorization-server').length).toBeGreaterThan(1);
    const lines = linesOf(gatehouse.log(), 'authorization-server');
    expect(JSON.stringify(lines)).not.toContain(secret);
    const line = lines.find(({ clientId }) => clientId === 'somebody');
    expect(line).toMatchObject({ route: '/token', method: 'POST', status: 400, grantType: 'refresh_token' });
    expect(Object.keys(line ?? {}).toSorted()).toEqual([
      'accept',
      'address',
      'bytes',
      'clientId',
      'contentType',
      'grantType',
      'level',
      'method',
      'milliseconds',
      'module',
      'msg',
      'requestId',
      'route',
      'status',
      'time',
      'userAgent',
    ]);
    for (const one of lines)
      for (const value of Object.values(one)) expect(String(value).length).toBeLessThan(201);
  });
});

describe('The log of requests', () => {
  it.each([
    ['info', []],
    ['info,mcp=debug', ['mcp']],
    ['info,http=debug,authorization-server=debug', ['authorization-server', 'http']],
  ])('at LOG_LEVEL=%s has lines of %j', async (level, modules) => {
    const lines: string[] = [];
    const logger = createLogger(parseLogLevels(level), { write: (line: string) => void lines.push(line) });
    const gatehouse = await testGatehouse({ logger });
    const { access_token: token } = await tokenFor(gatehouse.proxy);
    await (await rpc(gatehouse.mcpUrl, 'tools/list', { token })).text();
    await fetch(`${gatehouse.proxy}/nowhere`);
    await gatehouse.stop();
    const said = lines.filter((line) => line.includes('"msg":"request"'));
    const found = new Set(said.map((line) => (JSON.parse(line) as Line)['module'] as string));
    expect([...found].toSorted()).toEqual(modules);
  });
});
