import { describe, expect, it } from 'vitest';
import { pathPrefix, publicPath, routedTarget } from './public-path.js';

describe('the prefix of the public URL', () => {
  it.each([
    ['https://gate.example.com', ''],
    ['https://gate.example.com/', ''],
    ['https://example.com/gate', '/gate'],
    ['https://example.com/gate/', '/gate'],
    ['https://example.com/tools/gate', '/tools/gate'],
  ])('of %s is %j', (publicUrl, prefix) => {
    expect(pathPrefix(publicUrl)).toBe(prefix);
    expect(publicPath(publicUrl, '/account')).toBe(`${prefix}/account`);
  });

  it.each([
    ['/gate/mcp', '/mcp'],
    ['/gate/authorize?a=/gate/b', '/authorize?a=/gate/b'],
    ['/gate', '/'],
    ['/gate/', '/'],
    ['/gate?a=b', '/?a=b'],
    ['/gate/.well-known/jwks.json', '/.well-known/jwks.json'],
    ['/gate/.well-known/openid-configuration', '/.well-known/openid-configuration'],
    ['/.well-known/oauth-protected-resource/gate/mcp', '/.well-known/oauth-protected-resource/mcp'],
    ['/.well-known/oauth-protected-resource/gate', '/.well-known/oauth-protected-resource'],
    ['/.well-known/oauth-authorization-server/gate', '/.well-known/oauth-authorization-server'],
    ['/.well-known/oauth-authorization-server/gate?a', '/.well-known/oauth-authorization-server?a'],
    ['/.well-known/oauth-authorization-server/gate/mcp', '/.well-known/oauth-authorization-server/mcp'],
    ['/.well-known/openid-configuration/gate', '/.well-known/openid-configuration'],
  ])('is taken off %s', (target, routed) => {
    expect(routedTarget(target, '/gate')).toBe(routed);
  });

  it.each([
    '/mcp',
    '/gatefoo',
    '/gatefoo/mcp',
    '/%67ate/mcp',
    '/GATE/mcp',
    '//gate/mcp',
    '/x/../gate/mcp',
    '/gate%2Fmcp',
    '/gate;/mcp',
    '/gate#/mcp',
    '/.well-known/oauth-protected-resource',
    '/.well-known/oauth-protected-resource/gatefoo',
    '/.well-known/oauth-protected-resources/gate',
    '/.well-known/jwks.json/gate',
    '*',
    'http://example.com/gate/mcp',
  ])('is not found in %s', (target) => {
    expect(routedTarget(target, '/gate')).toBe(target);
  });

  it.each([
    ['/gate/gate/mcp', '/gate/mcp'],
    ['/gate/gate/internal/revocations', '/gate/internal/revocations'],
    ['/gate//gate/mcp', '//gate/mcp'],
    ['/gate/../mcp', '/../mcp'],
    ['/gate/%2e%2e/mcp', '/%2e%2e/mcp'],
  ])('is taken off %s once, and nothing else is made of it', (target, routed) => {
    expect(routedTarget(target, '/gate')).toBe(routed);
  });
});
