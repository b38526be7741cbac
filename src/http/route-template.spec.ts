import { describe, expect, it } from 'vitest';
import { routeTemplate } from './route-template.js';

describe('Route templates', () => {
  it.each([
    ['/mcp', '/mcp'],
    ['/mcp/', '/mcp'],
    ['/', '/'],
    ['/authorize?client_id=a&state=b', '/authorize'],
    ['/authorize/abc', '/authorize/{uid}'],
    ['/consent/abc?x=/y', '/consent/{uid}'],
    ['/sign-in', '/sign-in'],
    ['/sign-in/abc', '/sign-in/{uid}'],
    ['/sign-in/callback/corp?code=1', '/sign-in/callback/{provider}'],
    ['/.well-known/oauth-protected-resource/mcp', '/.well-known/oauth-protected-resource/mcp'],
  ])('%s is %s', (target, route) => {
    expect(routeTemplate(target)).toBe(route);
  });

  it.each([
    '/gate/.well-known/oauth-protected-resource/mcp',
    '/well-known/oauth-protected-resource',
    '/.well-known/oauth-authorization-server/other?x=1',
    '/realms/x/.well-known/openid-configuration',
  ])('%s asks for a discovery document where there is none', (target) => {
    expect(routeTemplate(target)).toBe('_other_discovery');
  });

  it.each([undefined, '', '*', '/admin', '/consent/', '/consent/a/b', '/token/x', '/MCP', '/__proto__'])(
    '%s is no route',
    (target) => {
      expect(routeTemplate(target)).toBe('_other');
    },
  );
});
