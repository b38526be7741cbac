import { describe, expect, it } from 'vitest';
import type { IdentityProvider } from '../../../config/identity-provider.js';
import { UserRefused, upstreamUser, type Claims } from './upstream-user.js';

const CORP: IdentityProvider = {
  id: 'corp',
  displayName: 'Corporate Directory',
  issuer: 'https://id.example.com',
  clientId: 'gatehouse',
  clientSecret: undefined,
  tokenEndpointAuthMethod: 'none',
  scopes: ['openid'],
  subjectClaim: 'sub',
  groupsClaim: 'groups',
  groupScopes: { engineers: ['mcp:tools:execute'], readers: ['mcp:resources:*', 'mcp:tools:execute'] },
  defaultScopes: ['mcp:tools:read'],
  administratorGroups: ['operators'],
};

function user(claims: Claims, changes: Partial<IdentityProvider> = {}) {
  return upstreamUser({ ...CORP, ...changes }, claims, 1_000);
}

function isLetIn(claims: Claims): boolean {
  try {
    user({ sub: 'a1', ...claims }, { allowedDomains: ['example.com'] });
    return true;
  } catch (error) {
    if (error instanceof UserRefused) return false;
    throw error;
  }
}

describe('the user behind the claims of an identity provider', () => {
  it('is known by provider and subject', () => {
    expect(user({ sub: 'a1', name: 'Alice', groups: ['engineers'] })).toEqual({
      subject: 'corp|a1',
      displayName: 'Alice',
      identityProvider: 'corp',
      grantableScopes: ['mcp:tools:read', 'mcp:tools:execute'],
      administrator: false,
      signedInAt: 1_000,
    });
  });

  it.each([
    [undefined, ['mcp:tools:read']],
    [[], ['mcp:tools:read']],
    [['strangers'], ['mcp:tools:read']],
    [['Engineers'], ['mcp:tools:read']],
    ['engineers', ['mcp:tools:read', 'mcp:tools:execute']],
    [[1, null, { engineers: true }], ['mcp:tools:read']],
    [{ engineers: true }, ['mcp:tools:read']],
    [['__proto__', 'constructor', 'toString'], ['mcp:tools:read']],
    [
      ['readers', 'engineers'],
      ['mcp:tools:read', 'mcp:tools:execute', 'mcp:resources:*'],
    ],
  ])('may be granted, with the groups %j, %j', (groups, expected) => {
    expect(user({ sub: 'a1', groups }).grantableScopes).toEqual(expected);
  });

  it('is an administrator by a group only', () => {
    expect(user({ sub: 'a1', groups: ['operators'] }).administrator).toBe(true);
    expect(user({ sub: 'a1', groups: ['engineers'], administrator: true }).administrator).toBe(false);
  });

  it('is found by other claims where the configuration says so, by path or by a name with dots', () => {
    const claims = {
      sub: 'pairwise',
      oid: 'o-1',
      realm_access: { roles: ['engineers'] },
      'https://example.com/groups': ['operators'],
    };
    const found = user(claims, { subjectClaim: 'oid', groupsClaim: 'realm_access.roles' });
    expect(found).toMatchObject({ subject: 'corp|o-1', displayName: 'o-1' });
    expect(found.grantableScopes).toContain('mcp:tools:execute');
    expect(user(claims, { groupsClaim: 'https://example.com/groups' }).administrator).toBe(true);
  });

  it.each([
    [{ sub: 's', name: 'N', preferred_username: 'P', email: 'E' }, 'N'],
    [{ sub: 's', name: ' ', preferred_username: 'P', email: 'E' }, 'P'],
    [{ sub: 's', name: 1, email: 'E' }, 'E'],
    [{ sub: 's' }, 's'],
    [{ sub: 's', name: 'x'.repeat(500) }, 'x'.repeat(200)],
  ])('of %j is called %s', (claims, name) => {
    expect(user(claims).displayName).toBe(name);
  });

  it.each([undefined, '', 1, null, ['a'], 'with space', 'ü', 'a\n', 'x'.repeat(256)])(
    'is nobody with the subject %j',
    (sub) => {
      expect(() => user({ sub })).toThrow(UserRefused);
    },
  );

  it.each([
    [{ email: 'a@example.com', email_verified: true }, true],
    [{ email: 'a@EXAMPLE.com', email_verified: true }, true],
    [{ email: 'a@example.com', email_verified: 'true' }, false],
    [{ email: 'a@example.com' }, false],
    [{ email: 'a@sub.example.com', email_verified: true }, false],
    [{ email: 'a@example.com@evil.example', email_verified: true }, false],
    [{ email: 'example.com', email_verified: true }, false],
    [{}, false],
  ])('with %j and a list of domains is let in: %s', (claims, expected) => {
    expect(isLetIn(claims)).toBe(expected);
  });
});
