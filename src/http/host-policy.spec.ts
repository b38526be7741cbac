import { describe, expect, it } from 'vitest';
import { HostPolicy } from './host-policy.js';

const policy = new HostPolicy(['gate.example.com:8443', 'authorization-server', '[FD00::1]:3002']);

function allows(...hosts: string[]): boolean {
  const rawHeaders = ['Accept', '*/*', ...hosts.flatMap((host) => ['Host', host])];
  const [host] = hosts;
  return policy.allows({ headers: host === undefined ? {} : { host }, rawHeaders });
}

describe('hosts that a server answers for', () => {
  it.each([
    'gate.example.com',
    'gate.example.com:8443',
    'gate.example.com:1',
    'GATE.example.com.',
    'authorization-server:3003',
    '[fd00::1]',
    'localhost',
    'localhost:3002',
    '127.0.0.1:65535',
    '[::1]:3002',
  ])('include %s, however often it is asked', (host) => {
    expect([allows(host), allows(host)]).toEqual([true, true]);
  });

  it.each([
    'evil.example.com',
    'gate.example.com.evil.example.com',
    'xgate.example.com',
    'localhost.evil.example.com',
    '127.0.0.1.nip.io',
    '0.0.0.0:3002',
    '127.0.0.2',
    '[::]',
    'gate.example.com@evil.example.com',
    'null',
    '*',
    '',
  ])('leave out %j, however often it is asked', (host) => {
    expect([allows(host), allows(host)]).toEqual([false, false]);
  });

  it('leave out a request that names none', () => {
    expect(allows()).toBe(false);
  });

  it('leave out a request that names two, were they the same', () => {
    expect(allows('localhost', 'localhost')).toBe(false);
    expect(allows('localhost', 'evil.example.com')).toBe(false);
    const rawHeaders = ['host', 'localhost', 'HOST', 'localhost'];
    expect(policy.allows({ headers: { host: 'localhost' }, rawHeaders })).toBe(false);
  });

  it('stay the same when more spellings were seen than are remembered', () => {
    for (let port = 1; port <= 1_000; port += 1) expect(allows(`localhost:${port}`)).toBe(true);
    expect(allows('localhost:1')).toBe(true);
    expect(allows('evil.example.com:1')).toBe(false);
  });
});
