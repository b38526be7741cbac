import { describe, expect, it } from 'vitest';
import { ConfigurationError } from '../config/configuration-error.js';
import type { GatehouseConfig } from '../config/gatehouse-config.js';
import { IdentityProviderEntry, toIdentityProviders } from '../config/identity-provider.js';
import { PreRegisteredClient } from '../config/pre-registered-client.js';
import { ScopeCatalogue } from '../oauth/scope-catalogue.js';
import { configuredCatalogue, requireKnownScopes } from './configured-scopes.js';

const WEATHER = new ScopeCatalogue({ 'weather:read': 'See the weather' });

function problems(
  entry: Partial<IdentityProviderEntry>,
  scopes?: string[],
  {
    catalogue = new ScopeCatalogue(),
    baselineScopes,
  }: { catalogue?: ScopeCatalogue; baselineScopes?: string[] } = {},
): readonly string[] {
  const provider = Object.assign(new IdentityProviderEntry(), { id: 'corp' }, entry);
  const client = Object.assign(new PreRegisteredClient(), { clientId: 'job' }, scopes && { scopes });
  const config: Pick<GatehouseConfig, 'identityProviders' | 'clients' | 'baselineScopes'> = {
    baselineScopes,
    identityProviders: toIdentityProviders([provider], {}),
    clients: [client],
  };
  try {
    requireKnownScopes(config, catalogue);
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
    expect(problem).toContain('has its words under scopes, or is declared by a capability of this process');
    expect(more).toEqual([]);
  });

  it('takes a scope of one’s own, and the beginning of one', () => {
    const groupScopes = { engineers: ['weather:read'], others: ['weather:*'] };
    expect(
      problems({ groupScopes }, ['weather:read'], { catalogue: WEATHER, baselineScopes: ['weather:read'] }),
    ).toEqual([]);
  });

  it('names a baseline that nobody can ask for', () => {
    expect(problems({}, undefined, { baselineScopes: ['mcp:tools:read', 'weather:read'] })).toEqual([
      expect.stringContaining('BASELINE_SCOPES: weather:read is no scope'),
    ]);
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

describe('configuredCatalogue', () => {
  it('has the words of the operator for what there is and for scopes of one’s own', () => {
    const scopes = { 'mcp:tools:execute': 'Use the calculators', 'weather:read': 'See the weather' };
    const catalogue = configuredCatalogue({ scopes, baselineScopes: ['weather:read'] });
    expect(catalogue.describe('mcp:tools:execute')).toBe('Use the calculators');
    expect(catalogue.describe('weather:read')).toBe('See the weather');
    expect(catalogue.baseline()).toEqual(['weather:read']);
  });

  it.each([
    ['weather read', 'x', 'printable ASCII'],
    ['weather:*', 'x', 'stands for several'],
    ['weather:read', '', 'needs the words'],
    ['weather:read', 7, 'needs the words'],
    ['weather:read', 'x'.repeat(201), 'more than 200 characters'],
    ['offline_access', 'x', 'belongs to the authorization server'],
    ['openid', 'x', 'belongs to the authorization server'],
  ])('refuses %j with the words %j and says why', (scope, words, why) => {
    const make = (): unknown =>
      configuredCatalogue({ scopes: { [scope]: words as string }, baselineScopes: undefined });
    expect(make).toThrow(ConfigurationError);
    expect(make).toThrow(why);
  });
});
