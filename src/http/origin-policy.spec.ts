import { describe, expect, it } from 'vitest';
import { OriginPolicy } from './origin-policy.js';

const NO_ORIGINS = [
  'null',
  '',
  '*',
  'localhost',
  'localhost:6274',
  '//localhost',
  'http://',
  'http://localhost/',
  'http://localhost/path',
  'http://localhost?x',
  'http://localhost#x',
  'http://evil.example.com@localhost',
  'http://localhost\\.evil.example.com',
  'http://localhost evil.example.com',
  'http://localhost, http://evil.example.com',
  'http://localhost:99999',
  'http://%6cocalhost',
  'file://',
  `https://${'a'.repeat(400)}`,
];

describe('origins that may call the MCP endpoint', () => {
  const policy = new OriginPolicy([
    'https://gate.example.com',
    'https://App.example.com:443',
    'http://[fd00::1]:8080',
    'vscode-webview://a1b2',
  ]);

  it('need not be named: no page sends a request without one', () => {
    expect(policy.allows(undefined)).toBe(true);
  });

  it.each([
    'https://gate.example.com',
    'https://gate.example.com:443',
    'HTTPS://GATE.example.com',
    'https://app.example.com',
    'http://[fd00::1]:8080',
    'vscode-webview://a1b2',
    'http://localhost',
    'http://localhost:6274',
    'https://localhost:8443',
    'http://127.0.0.1:1',
    'http://[::1]:6274',
  ])('include %s, however often it is asked', (origin) => {
    expect([policy.allows(origin), policy.allows(origin)]).toEqual([true, true]);
  });

  it.each([
    'http://gate.example.com',
    'https://gate.example.com:8443',
    'https://sub.gate.example.com',
    'https://evil.example.com',
    'https://localhost.evil.example.com',
    'https://127.0.0.1.evil.example.com',
    'http://[fd00::1]',
    'vscode-webview://other',
    'ftp://localhost',
    'http://0.0.0.0:3002',
    'http://192.168.0.1',
    ...NO_ORIGINS,
  ])('leave out %j, however often it is asked', (origin) => {
    expect([policy.allows(origin), policy.allows(origin)]).toEqual([false, false]);
  });

  it('stay the same when more were seen than are remembered', () => {
    for (let port = 1; port <= 1_000; port += 1) expect(policy.allows(`http://localhost:${port}`)).toBe(true);
    expect(policy.allows('http://localhost:1')).toBe(true);
    expect(policy.allows('https://evil.example.com:1')).toBe(false);
  });
});

describe('any origin', () => {
  const policy = new OriginPolicy(['*']);

  it.each(['https://anything.example.com', 'http://10.0.0.1:8080', 'chrome-extension://abcdef'])(
    'includes %s',
    (origin) => {
      expect(policy.allows(origin)).toBe(true);
    },
  );

  it.each(NO_ORIGINS)('does not include %j, which names nobody', (origin) => {
    expect(policy.allows(origin)).toBe(false);
  });
});
