import { describe, expect, it } from 'vitest';
import { ConfigurationError } from '../config/configuration-error.js';
import type { GatehouseConfig } from '../config/gatehouse-config.js';
import { IdentityProviderEntry, toIdentityProviders } from '../config/identity-provider.js';
import { PreRegisteredClient } from '../config/pre-registered-client.js';
import { requireKnownScopes } from './configured-scopes.js';

function problems(entry: Partial<IdentityProviderEntry>, scopes?: string[]): readonly string[] {
  const provider = Object.assign(new IdentityProviderEntry(), { id: 'corp' }, entry);
  const client = Object.assign(new PreRegisteredClient(), { clientId: 'job' }, scopes && { scopes });
  const config: Pick<GatehouseConfig, 'identityProviders' | 'clients'> = {
    identityProviders: toIdentityProviders([provider], {}),
    clients: [client],
  };
  try {
    requireKnownScopes(config);
    return [];
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems;
    throw error;
  }
}

describe('requireKnownScopes', () => {
  it('takes known scopes, and the beginning of some', () => {
    const groupScopes = {
      engineers: ['mcp:tools:*', 'mcp:prompts:read'],
      everything: ['*'],
      some: ['mcp:*'],
      none: [],
    };
    expect(problems({ groupScopes, defaultScopes: ['mcp:resources:list'] })).toEqual([]);
    expect(problems({}, ['mcp:tools:read', 'offline_access', 'openid'])).toEqual([]);
  });

  it.each([
    'weather:read',
    'mcp:tools:write',
    'mcp:tool:*',
    'weather:*',
    'MCP:tools:read',
    'offline_access',
    '__proto__',
    '',
  ])('names the group that would have %j, which is no scope, and those that there are', (scope) => {
    const [problem, ...more] = problems({ groupScopes: { engineers: ['mcp:tools:read', scope] } });
    expect(problem).toContain(`identity provider corp: groupScopes.engineers: ${scope} is no scope`);
    expect(problem).toContain('it knows mcp:tools:read, mcp:tools:execute, mcp:resources:list');
    expect(problem).toContain('scopeHierarchy');
    expect(more).toEqual([]);
  });

  it('names each place', () => {
    expect(
      problems({ groupScopes: { a: ['x'], b: ['y'] }, defaultScopes: ['z'] }, [
        'mcp:tools:*',
        'weather:read',
      ]),
    ).toEqual(
      [
        'identity provider corp: groupScopes.a: x ',
        'identity provider corp: groupScopes.b: y ',
        'identity provider corp: defaultScopes: z ',
        'client job: scopes: mcp:tools:* ',
        'client job: scopes: weather:read ',
      ].map((place) => expect.stringContaining(place) as string),
    );
  });
});
