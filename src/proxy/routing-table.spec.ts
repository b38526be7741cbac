import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pathOf, serverFor } from './routing-table.js';

describe('routing table', () => {
  it.each([
    ['/mcp', 'mcp'],
    ['/mcp/', 'mcp'],
    ['/mcp/x', 'mcp'],
    ['/mcp?x', 'mcp'],
    ['/mcp?x=/token', 'mcp'],
    ['/mcp/?x', 'mcp'],
    ['/mcp/../token', 'mcp'],
    ['/.well-known/oauth-protected-resource', 'mcp'],
    ['/.well-known/oauth-protected-resource/mcp', 'mcp'],
    ['/.well-known/oauth-protected-resource/other', 'mcp'],
    ['/.well-known/oauth-protected-resource?x', 'mcp'],
    ['/', 'authorization-server'],
    ['', 'authorization-server'],
    ['*', 'authorization-server'],
    ['//mcp', 'authorization-server'],
    ['/mcpfoo', 'authorization-server'],
    ['/mcp%2Fx', 'authorization-server'],
    ['/mcp%3Fx', 'authorization-server'],
    ['/mcp;x', 'authorization-server'],
    ['/MCP', 'authorization-server'],
    ['/%6dcp', 'authorization-server'],
    ['/./mcp', 'authorization-server'],
    ['/token/../mcp', 'authorization-server'],
    ['/x?/mcp', 'authorization-server'],
    ['http://gate.example.com/mcp', 'authorization-server'],
    ['/authorize', 'authorization-server'],
    ['/token', 'authorization-server'],
    ['/register', 'authorization-server'],
    ['/revoke', 'authorization-server'],
    ['/introspect', 'authorization-server'],
    ['/sign-in/abc', 'authorization-server'],
    ['/dev', 'authorization-server'],
    ['/metrics', 'authorization-server'],
    ['/health/live', 'authorization-server'],
    ['/.well-known/jwks.json', 'authorization-server'],
    ['/.well-known/oauth-authorization-server', 'authorization-server'],
    ['/.well-known/oauth-authorization-server/mcp', 'authorization-server'],
    ['/.well-known/openid-configuration', 'authorization-server'],
    ['/.well-known/openid-configuration/mcp', 'authorization-server'],
    ['/mcp/.well-known/openid-configuration', 'authorization-server'],
    ['/mcp/.well-known/openid-configuration?x', 'authorization-server'],
    ['/.well-known/oauth-protected-resources', 'authorization-server'],
    ['/.well-known/other', 'authorization-server'],
  ])('sends %j to %s', (target, server) => {
    expect(serverFor(pathOf(target), '/mcp')).toBe(server);
  });

  it('sends everything below the MCP path that is no discovery document to the MCP server, and nothing beside it', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z0-9%_-]+$/), (segment) => {
        expect(serverFor(`/mcp/${segment}`, '/mcp')).toBe('mcp');
        expect(serverFor(`/mcp${segment}`, '/mcp')).toBe('authorization-server');
      }),
    );
  });
});

describe('path of a request target (RFC 9112 section 3.2)', () => {
  it.each([
    [undefined, '/'],
    ['/', '/'],
    ['/a', '/a'],
    ['/a?b', '/a'],
    ['/a?', '/a'],
    ['/a?b?c', '/a'],
    ['/a#b', '/a#b'],
    ['?a', ''],
  ])('of %j is %j', (target, path) => {
    expect(pathOf(target)).toBe(path);
  });
});
