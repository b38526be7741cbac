import { describe, expect, it } from 'vitest';
import { reachableHost } from './reachable-host.js';

describe('the host by which this machine reaches its own server', () => {
  it.each([
    ['127.0.0.1', '127.0.0.1'],
    ['192.168.0.7', '192.168.0.7'],
    ['0.0.0.0', '127.0.0.1'],
    ['::1', '[::1]'],
    ['::', '[::1]'],
    ['0:0:0:0:0:0:0:0', '[::1]'],
    ['FD00:0::1', '[fd00::1]'],
  ])('that listens on %s is %s', (bindAddress, host) => {
    expect(reachableHost(bindAddress)).toBe(host);
  });
});
