import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ConfigurationError } from './configuration-error.js';
import { validateEnvironment } from './environment.js';
import { toGatehouseConfig } from './gatehouse-config.js';

const CORP = {
  id: 'corp',
  displayName: 'Corporate Directory',
  issuer: 'https://id.example.com/realms/corp',
  clientId: 'gatehouse',
  clientSecretEnv: 'CORP_SECRET',
};

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'gatehouse-providers-'));
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

function configOf(identityProviders: unknown, variables: Record<string, string> = {}) {
  const path = join(folder, `${crypto.randomUUID()}.yaml`);
  writeFileSync(path, JSON.stringify({ identityProviders }));
  const all = {
    SIGN_IN_MODE: 'openid',
    CORP_SECRET: 'the secret',
    GATEHOUSE_CONFIG_FILE: path,
    ...variables,
  };
  return toGatehouseConfig(validateEnvironment(all), all);
}

function problemOf(identityProviders: unknown, variables?: Record<string, string>): string {
  try {
    configOf(identityProviders, variables);
    return 'none';
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems.join('\n');
    throw error;
  }
}

describe('identity providers', () => {
  it('have defaults, and the secret that the environment has', () => {
    expect(configOf([CORP]).identityProviders).toEqual([
      {
        id: 'corp',
        displayName: 'Corporate Directory',
        issuer: 'https://id.example.com/realms/corp',
        clientId: 'gatehouse',
        clientSecret: 'the secret',
        tokenEndpointAuthMethod: 'client_secret_basic',
        scopes: ['openid', 'profile', 'email'],
        subjectClaim: 'sub',
        groupsClaim: 'groups',
        groupScopes: {},
        defaultScopes: [],
        administratorGroups: [],
      },
    ]);
  });

  it('without a secret are asked as a public client', () => {
    const { clientSecretEnv: _secret, ...entry } = CORP;
    expect(configOf([entry]).identityProviders[0]).toMatchObject({
      tokenEndpointAuthMethod: 'none',
      clientSecret: undefined,
    });
  });

  it('run in production', () => {
    const variables = {
      NODE_ENV: 'production',
      PUBLIC_URL: 'https://gate.example.com',
      GATEHOUSE_ENCRYPTION_KEY: Buffer.alloc(32, 7).toString('base64'),
    };
    expect(configOf([CORP], variables).signInMode).toBe('openid');
  });

  it.each([[[]], [undefined]])('must be there with SIGN_IN_MODE=openid: %j is refused', (list) => {
    expect(problemOf(list)).toContain('SIGN_IN_MODE: "openid" needs at least one entry');
  });

  it.each([
    ['an id with capitals', { id: 'Corp' }, 'lower-case letters'],
    ['an id that could be mistaken for a path', { id: '../x' }, 'lower-case letters'],
    ['the id of the development sign-in', { id: 'development' }, 'which is the development sign-in'],
    ['no name', { displayName: '' }, 'displayName'],
    ['no issuer', { issuer: 'id' }, 'issuer'],
    ['an issuer on http', { issuer: 'http://id.example.com' }, 'issuer must be https'],
    ['an issuer with a query', { issuer: 'https://id.example.com/?a=b' }, 'no query'],
    ['no client id', { clientId: '' }, 'clientId'],
    ['a secret in place of its name', { clientSecretEnv: 's3cr3t/=' }, 'name of an environment variable'],
    ['a variable that is not set', { clientSecretEnv: 'MISSING' }, 'set the environment variable MISSING'],
    [
      'a method without secret',
      { clientSecretEnv: undefined, tokenEndpointAuthMethod: 'client_secret_post' },
      'needs clientSecretEnv',
    ],
    ['an unknown method', { tokenEndpointAuthMethod: 'private_key_jwt' }, 'tokenEndpointAuthMethod'],
    ['scopes without openid', { scopes: ['email'] }, 'must contain openid'],
    ['groups without a list', { groupScopes: { a: 'mcp:*' } }, 'groupScopes.a must be a list of scopes'],
    ['a domain with @', { allowedDomains: ['@example.com'] }, 'each must be a domain'],
    ['a misspelt member', { group_scopes: {} }, 'group_scopes'],
  ])('are refused with %s, and the problem says how to mend it', (_what, changes, words) => {
    expect(problemOf([{ ...CORP, ...changes }])).toContain(words);
  });

  it('are refused with one id twice', () => {
    expect(problemOf([CORP, CORP])).toContain('id is taken already');
  });

  it('may be on http on this computer', () => {
    expect(configOf([{ ...CORP, issuer: 'http://127.0.0.1:8080' }]).identityProviders).toHaveLength(1);
  });

  it('never have their secret in a problem', () => {
    expect(problemOf([{ ...CORP, id: 'Corp' }], { CORP_SECRET: 'do not tell' })).not.toContain('do not tell');
  });
});
