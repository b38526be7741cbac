import { describe, expect, it } from 'vitest';
import { endToEndHeaders } from './forwarded-headers.js';

describe('headers that go on to the next hop (RFC 9110 section 7.6.1)', () => {
  it('are all that concern more than one connection', () => {
    const headers = {
      host: 'gate.example.com',
      authorization: 'Bearer x',
      'content-length': '3',
      'content-type': 'application/json',
      'mcp-protocol-version': '2026-07-28',
      'set-cookie': ['a=1', 'b=2'],
      'x-request-id': '12345678',
    };
    expect(endToEndHeaders(headers)).toEqual(headers);
  });

  it.each([
    'connection',
    'expect',
    'keep-alive',
    'proxy-authenticate',
    'proxy-authorization',
    'proxy-connection',
    'te',
    'trailer',
    'transfer-encoding',
    'upgrade',
  ])('leave %s out', (name) => {
    expect(endToEndHeaders({ [name]: 'x', accept: '*/*' })).toEqual({ accept: '*/*' });
  });

  it.each(['x-hop', 'close, x-hop', 'X-HOP', ' x-hop ,keep-alive', 'x-hop,'])(
    'leave out what "Connection: %s" names',
    (connection) => {
      expect(endToEndHeaders({ connection, 'x-hop': '1', accept: '*/*' })).toEqual({ accept: '*/*' });
    },
  );

  it.each(['content-length', 'Host', 'Origin', 'x-forwarded-for', 'x-request-id'])(
    'keep %s, though Connection names it: checks rest on it',
    (name) => {
      const headers = { [name.toLowerCase()]: '1', accept: '*/*' };
      expect(endToEndHeaders({ ...headers, connection: `close, ${name}` })).toEqual(headers);
    },
  );

  it('leave out what has no value', () => {
    expect(endToEndHeaders({ accept: undefined })).toEqual({});
  });
});
