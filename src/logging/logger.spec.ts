import { describe, expect, it } from 'vitest';
import { createLogger } from './logger.js';
import { NestLogger } from './nest-logger.js';

function logging(level = 'info') {
  const lines: string[] = [];
  const { pino } = createLogger(level, { write: (line: string) => void lines.push(line) });
  return { pino, lines, entries: () => lines.map((line) => JSON.parse(line) as Record<string, unknown>) };
}

describe('log lines', () => {
  it('are JSON with an ISO time, the level as a word, and no process id', () => {
    const { pino, lines } = logging();
    pino.info({ a: 1 }, 'hello');
    expect(lines).toHaveLength(1);
    const entry = JSON.parse(lines[0] ?? '') as Record<string, unknown>;
    expect(entry).toEqual({ level: 'info', time: entry['time'], a: 1, msg: 'hello' });
    expect(entry['time']).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    expect(lines[0]).toMatch(/^[^\n]+\n$/);
  });

  it.each([
    ['trace', ['trace', 'debug', 'info', 'warn', 'error', 'fatal']],
    ['info', ['info', 'warn', 'error', 'fatal']],
    ['error', ['error', 'fatal']],
    ['silent', []],
  ])('at the level %s are those of %j', (level, expected) => {
    const { pino, entries } = logging(level);
    for (const name of ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const) pino[name]('x');
    expect(entries().map((entry) => entry['level'])).toEqual(expected);
  });
});

describe('secrets in the log', () => {
  const secrets = [
    'authorization',
    'cookie',
    'code_verifier',
    'codeVerifier',
    'token',
    'access_token',
    'accessToken',
    'refresh_token',
    'refreshToken',
    'client_secret',
    'clientSecret',
    'assertion',
  ];

  it.each(secrets)('are left out: %s, at the top, below it, and in a list', (name) => {
    const { pino, lines } = logging();
    pino.info({ [name]: 'hunter2' }, 'x');
    pino.info({ request: { [name]: 'hunter2', method: 'kept' } }, 'x');
    pino.info({ request: { headers: { [name]: 'hunter2', method: 'kept' } } }, 'x');
    pino.info({ items: [{ [name]: 'hunter2', method: 'kept' }] }, 'x');
    const text = lines.join('');
    expect(text).not.toContain('hunter2');
    expect(text.match(/\[left out\]/g)).toHaveLength(4);
    expect(text.match(/"method":"kept"/g)).toHaveLength(3);
  });

  it('are left out wherever they stand', () => {
    const { pino, lines } = logging();
    pino.info({ a: { b: { c: { access_token: 'hunter2' } } } }, 'x');
    expect(lines.join('')).not.toContain('hunter2');
  });

  it('do not change the object that was logged', () => {
    const { pino } = logging();
    const headers = { authorization: 'Bearer x' };
    pino.info({ headers }, 'x');
    expect(headers).toEqual({ authorization: 'Bearer x' });
  });
});

describe('what Nest says', () => {
  it.each([
    ['log', 'debug'],
    ['debug', 'debug'],
    ['verbose', 'trace'],
    ['warn', 'warn'],
    ['error', 'error'],
    ['fatal', 'fatal'],
  ] as const)('by %s goes to the log at %s, with its module', (method, level) => {
    const { pino, entries } = logging('trace');
    new NestLogger(pino)[method]('hello', 'stack', 'RouterExplorer');
    expect(entries()).toMatchObject([{ level, context: 'RouterExplorer', msg: 'hello' }]);
  });

  it('of an error keeps its stack', () => {
    const { pino, entries } = logging();
    new NestLogger(pino).error(new TypeError('broken'), 'ExceptionHandler');
    expect(entries()).toMatchObject([{ msg: 'broken', err: { type: 'TypeError' } }]);
  });
});
