import { describe, expect, it } from 'vitest';
import { IdentityProviderEntry, toIdentityProviders } from '../config/identity-provider.js';
import { PreRegisteredClient } from '../config/pre-registered-client.js';
import type { ScopeReference } from '../mcp/scope-reference.js';
import { ungrantableScopes } from './ungrantable-scopes.js';

type Settings = Parameters<typeof ungrantableScopes>[0];

const row = (scope: string, ...tools: string[]): ScopeReference => ({
  scope,
  description: scope,
  implies: [],
  methods: [],
  tools,
  prompts: [],
  resources: [],
});
const REFERENCE = [row('mcp:tools:execute', 'forecast'), row('weather:read', 'forecast'), row('unused')];

const issuers = (...own: boolean[]): Settings['trustedIssuers'] =>
  own.map((one) => ({ own: one }) as Settings['trustedIssuers'][number]);

function settings(changes: Partial<Settings> = {}): Settings {
  return {
    clients: [],
    identityProviders: [],
    roles: new Set(['authorization-server', 'mcp']),
    scopeHierarchy: undefined,
    scopes: {},
    signInMode: 'openid',
    trustedIssuers: issuers(true),
    ...changes,
  };
}

const provider = (groupScopes: Record<string, string[]>): Settings['identityProviders'] =>
  toIdentityProviders([Object.assign(new IdentityProviderEntry(), { id: 'corp', groupScopes })], {});

const apart = new Set(['mcp'] as const);

describe('scopes that nobody can be granted', () => {
  it.each<[string, Partial<Settings>]>([
    ['the development sign-in lets everybody have them', { signInMode: 'development' }],
    ['a group has it', { identityProviders: provider({ all: ['mcp:*', 'weather:read'] }) }],
    ['a group has all that begin like it', { identityProviders: provider({ all: ['*'] }) }],
    [
      'a scope that a group has implies it',
      {
        identityProviders: provider({ all: ['mcp:*'] }),
        scopeHierarchy: { 'mcp:tools:execute': ['weather:read'] },
      },
    ],
    ['the file tells both servers of it', { roles: apart, scopes: { 'weather:read': 'See' } }],
    ['another issuer grants it, or not', { trustedIssuers: issuers(true, false) }],
  ])('are none where %s', (_why, changes) => {
    expect(ungrantableScopes(settings(changes), REFERENCE)).toEqual([]);
  });

  it('are those that the authorization server in another process does not know', () => {
    const [found, ...more] = ungrantableScopes(settings({ roles: apart }), REFERENCE);
    expect(found).toMatchObject({ scope: 'weather:read', neededBy: ['forecast'] });
    expect(found?.mend).toContain('scopes in the file that GATEHOUSE_CONFIG_FILE names');
    expect(more).toEqual([]);
  });

  it('are those that no group and no service account has', () => {
    const identityProviders = provider({ all: ['mcp:*'] });
    expect(ungrantableScopes(settings({ identityProviders }), REFERENCE)).toMatchObject([
      { scope: 'weather:read', mend: expect.stringContaining('groupScopes') as string },
    ]);
    const client = Object.assign(new PreRegisteredClient(), {
      clientId: 'job',
      grantTypes: ['client_credentials'],
      scopes: ['weather:read'],
    });
    expect(ungrantableScopes(settings({ identityProviders, clients: [client] }), REFERENCE)).toEqual([]);
  });
});
