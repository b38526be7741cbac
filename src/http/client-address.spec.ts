import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import { ClientAddresses } from './client-address.js';

const TRUSTED = ['10.0.0.0/8', '2001:db8:ffff::/48', '192.0.2.7'];

function addressOf(remoteAddress: string | undefined, forwarded?: string, trusted = TRUSTED): string {
  const headers = forwarded === undefined ? {} : { 'x-forwarded-for': forwarded };
  return new ClientAddresses(trusted).of({ socket: { remoteAddress }, headers } as IncomingMessage);
}

describe('ClientAddresses', () => {
  it.each([
    ['nothing is forwarded', '203.0.113.9', undefined, '203.0.113.9'],
    ['a trusted proxy says who it is', '10.1.2.3', '203.0.113.9', '203.0.113.9'],
    ['a proxy that is trusted by its address says so', '192.0.2.7', '203.0.113.9', '203.0.113.9'],
    ['two trusted proxies stand in a row', '10.1.2.3', '203.0.113.9, 10.9.9.9', '203.0.113.9'],
    ['everybody on the way is trusted', '10.1.2.3', '10.2.2.2,10.9.9.9', '10.2.2.2'],
    ['IPv4 comes as IPv6', '::ffff:203.0.113.9', undefined, '203.0.113.9'],
    ['the proxy is IPv4 as IPv6', '::ffff:10.1.2.3', '::ffff:203.0.113.9', '203.0.113.9'],
    ['the proxy adds a port', '10.1.2.3', '203.0.113.9:5123', '203.0.113.9'],
    ['the proxy adds a port to IPv6', '10.1.2.3', '[2001:db8:1:2::3]:5123', '2001:db8:1:2::/64'],
    ['the proxy is IPv6', '2001:db8:ffff::1', '203.0.113.9', '203.0.113.9'],
  ])('finds the client where %s', (_case, remote, forwarded, address) => {
    expect(addressOf(remote, forwarded)).toBe(address);
  });

  it.each([
    ['a stranger writes the header', '203.0.113.9', '198.51.100.1', '203.0.113.9'],
    ['a stranger writes more on the left', '10.1.2.3', '198.51.100.1, 203.0.113.9', '203.0.113.9'],
    ['a stranger claims to be a proxy', '10.1.2.3', '198.51.100.1, 10.0.0.1, 203.0.113.9', '203.0.113.9'],
    ['what stands there is no address', '10.1.2.3', 'evil, 10.9.9.9', '10.9.9.9'],
    ['what stands there is empty', '10.1.2.3', ', ,', '10.1.2.3'],
    ['what stands there is a number of another kind', '10.1.2.3', '0x7f000001', '10.1.2.3'],
  ])('is not misled where %s', (_case, remote, forwarded, address) => {
    expect(addressOf(remote, forwarded)).toBe(address);
  });

  it('looks at no more than 32 hops', () => {
    expect(addressOf('10.1.2.3', ['203.0.113.9', ...Array<string>(32).fill('10.4.4.4')].join(','))).toBe(
      '10.4.4.4',
    );
  });

  it('counts an IPv6 client by its /64, however it is written', () => {
    const spellings = ['2001:db8:1:2::1', '2001:0DB8:1:2:ffff:ffff:ffff:ffff'];
    expect(spellings.map((address) => addressOf(address))).toEqual(Array(2).fill('2001:db8:1:2::/64'));
    expect(addressOf('2001:db8:1:3::1')).toBe('2001:db8:1:3::/64');
  });

  it('trusts nobody where nobody is named, and has one name for whoever has no address', () => {
    expect(addressOf('127.0.0.1', '203.0.113.9', [])).toBe('127.0.0.1');
    expect(addressOf(undefined, '203.0.113.9')).toBe('unknown');
  });

  it('tells of a neighbour that is not trusted, once', () => {
    const told: string[] = [];
    const addresses = new ClientAddresses(TRUSTED, { onUntrusted: (neighbour) => told.push(neighbour) });
    const request = (remoteAddress: string, headers: object): IncomingMessage =>
      ({ socket: { remoteAddress }, headers }) as IncomingMessage;
    for (let index = 0; index < 3; index++) {
      addresses.of(request('203.0.113.9', { 'x-forwarded-for': '198.51.100.1' }));
      addresses.of(request('10.1.2.3', { 'x-forwarded-for': '198.51.100.1' }));
      addresses.of(request('198.51.100.1', {}));
    }
    expect(told).toEqual(['203.0.113.9']);
  });
});
