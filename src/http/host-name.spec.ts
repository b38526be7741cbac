import { describe, expect, it } from 'vitest';
import { hostNameOf } from './host-name.js';

describe('the host of a Host header', () => {
  it.each([
    ['gate.example.com', 'gate.example.com'],
    ['gate.example.com:8443', 'gate.example.com'],
    ['Gate.EXAMPLE.com:', 'gate.example.com'],
    ['gate.example.com.', 'gate.example.com'],
    ['gate.example.com.:443', 'gate.example.com'],
    ['mcp_server.default.svc:3004', 'mcp_server.default.svc'],
    ['localhost:3002', 'localhost'],
    ['127.0.0.1:3002', '127.0.0.1'],
    ['[::1]', '[::1]'],
    ['[::1]:3002', '[::1]'],
    ['[0:0:0:0:0:0:0:1]:3002', '[::1]'],
    ['[FD00::1]', '[fd00::1]'],
  ])('of %s is %s', (authority, name) => {
    expect(hostNameOf(authority)).toBe(name);
  });

  it.each([
    '',
    '.',
    ':3002',
    '::1',
    '[::1',
    '[::1]x',
    '[localhost]',
    'localhost:port',
    'localhost:3002:3002',
    'localhost, evil.example.com',
    'localhost evil.example.com',
    'evil.example.com@localhost',
    'localhost/evil',
    'localhost?evil',
    'localhost#evil',
    'localhost\\evil',
    'http://localhost',
    '%6cocalhost',
    'loc\tal',
    'localhost\u0000',
    'gäte.example.com',
    '256.0.0.1',
  ])('is not read out of %j', (authority) => {
    expect(hostNameOf(authority)).toBeUndefined();
  });
});
