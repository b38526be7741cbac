import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ConfigurationError } from './configuration-error.js';
import { validateEnvironment } from './environment.js';
import { toGatehouseConfig, type GatehouseConfig } from './gatehouse-config.js';

const folder = mkdtempSync(join(tmpdir(), 'gatehouse-issuers-'));
let files = 0;

afterAll(() => rmSync(folder, { recursive: true }));

function configOf(content: object, variables: Record<string, string> = {}): GatehouseConfig {
  const path = join(folder, `${(files += 1)}.yaml`);
  writeFileSync(path, JSON.stringify(content));
  const all = { AUTHORIZATION: 'external', GATEHOUSE_CONFIG_FILE: path, ...variables };
  return toGatehouseConfig(validateEnvironment(all), all);
}

function problemsOf(content: object, variables: Record<string, string> = {}): readonly string[] {
  try {
    configOf(content, variables);
    return [];
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems;
    throw error;
  }
}

const ACME = { id: 'acme', issuer: 'https://id.example.com' };
const INTROSPECTION = { clientId: 'gatehouse', clientSecretEnv: 'ACME_SECRET' };
const trusting = (...trustedIssuers: object[]): object => ({ trustedIssuers });

describe('trusted issuers', () => {
  it('have the defaults of RFC 9068, and of the settings', () => {
    const { trustedIssuers, roles } = configOf(trusting(ACME), {
      PUBLIC_URL: 'https://gate.example.com',
      TOKEN_CLOCK_SKEW_SECONDS: '5',
    });
    expect([...roles]).toEqual(['proxy', 'mcp']);
    expect(trustedIssuers).toEqual([
      {
        ...ACME,
        own: false,
        advertised: true,
        source: { kind: 'discovery', documents: 'auto' },
        audience: { mode: 'audience', values: ['https://gate.example.com/mcp'] },
        algorithms: ['ES256', 'RS256', 'PS256'],
        clockSkewSeconds: 5,
        cacheTtlSeconds: 300,
        tokenTypes: ['at+jwt'],
        requiredClaims: {},
        clientIdClaims: ['client_id', 'azp'],
        subjectClaim: 'sub',
        scopes: {
          claims: ['scope'],
          prefix: '',
          separator: ':',
          map: {},
          groupsClaim: 'groups',
          groupScopes: {},
          defaults: [],
        },
      },
    ]);
  });

  it('stand behind our own, where there is one', () => {
    const { trustedIssuers } = configOf(trusting(ACME), { AUTHORIZATION: 'own' });
    expect(trustedIssuers.map(({ id, own }) => [id, own])).toEqual([
      ['own', true],
      ['acme', false],
    ]);
  });

  it('take what they say over their preset', () => {
    const { trustedIssuers } = configOf(
      trusting({
        ...ACME,
        preset: 'keycloak',
        requiredClaims: { typ: ['Bearer', 'DPoP'] },
        cacheTtlSeconds: 30,
      }),
    );
    expect(trustedIssuers).toMatchObject([
      {
        tokenTypes: ['JWT', 'at+jwt'],
        requiredClaims: { typ: ['Bearer', 'DPoP'] },
        clientIdClaims: ['azp', 'client_id'],
        cacheTtlSeconds: 30,
      },
    ]);
  });

  it('have their secret from the environment', () => {
    const { trustedIssuers } = configOf(trusting({ ...ACME, introspection: INTROSPECTION }), {
      ACME_SECRET: 's',
    });
    expect(trustedIssuers[0]?.source).toMatchObject({
      kind: 'introspection',
      clientSecret: 's',
      authMethod: 'client_secret_basic',
    });
  });

  it.each<[string, object, RegExp]>([
    ['a symmetric algorithm', { ...ACME, algorithms: ['HS256'] }, /algorithms: each must be one of ES256/],
    ['no algorithm', { ...ACME, algorithms: ['none'] }, /algorithms: each must be one of/],
    ['plain http', { ...ACME, issuer: 'http://id.example.com' }, /issuer must be https/],
    ['keys by plain http', { ...ACME, jwksUrl: 'http://10.0.0.1/keys' }, /jwksUrl must be https/],
    ['a query in its name', { ...ACME, issuer: 'https://id.example.com/?a=b' }, /issuer must have no query/],
    ['credentials', { ...ACME, jwksUrl: 'https://a:b@id.example.com/' }, /no fragment and no credentials/],
    ['our own name', { ...ACME, issuer: 'http://127.0.0.1:3002' }, /issuer is the one of PUBLIC_URL/],
    ['the id of our own', { ...ACME, id: 'own' }, /id: must not be "own"/],
    ['a secret that is not set', { ...ACME, introspection: INTROSPECTION }, /variable ACME_SECRET/],
    [
      'two ways to verify',
      { ...ACME, jwksUrl: 'https://id.example.com/keys', introspection: INTROSPECTION },
      /jwksUrl and introspection cannot both/,
    ],
    [
      'aliases without a list',
      { ...ACME, audienceMode: 'alias' },
      /audiences: audienceMode alias needs the list/,
    ],
    [
      'clients without a list',
      { ...ACME, preset: 'cognito' },
      /audiences: audienceMode client-id needs the list/,
    ],
    [
      'a list beside the exact resource',
      { ...ACME, audienceMode: 'resource', audiences: ['x'] },
      /audiences: audienceMode resource accepts/,
    ],
    [
      'clients and nothing that keeps ID tokens out',
      { ...ACME, audienceMode: 'client-id', audiences: ['x'], tokenTypes: ['JWT'] },
      /requiredClaims: .* nothing keeps ID tokens out/,
    ],
    [
      'introspection at Google',
      { ...ACME, preset: 'google', introspection: INTROSPECTION },
      /Google has no such/,
    ],
    ['an unknown preset', { ...ACME, preset: 'ldap' }, /preset: /],
    ['an unknown member', { ...ACME, scopes: [] }, /property scopes should not exist/],
    ['a map of numbers', { ...ACME, scopeMap: { a: [1] } }, /scopeMap.a must be a string or a list/],
  ])('are refused with %s', (_what, entry, message) => {
    expect(problemsOf(trusting(entry)).join('\n')).toMatch(message);
  });

  it.each<[string, object, RegExp]>([
    ['the same id', trusting(ACME, { ...ACME, issuer: 'https://b.example.com' }), /1 \(acme\): id is taken/],
    ['the same issuer', trusting(ACME, { ...ACME, id: 'b' }), /1 \(b\): issuer is there already/],
    [
      'two that are asked',
      trusting(
        { ...ACME, introspection: INTROSPECTION },
        { id: 'b', issuer: 'https://b.example.com', introspection: INTROSPECTION },
      ),
      /at most one may have introspection/,
    ],
  ])('are refused with %s', (_what, content, message) => {
    expect(problemsOf(content, { ACME_SECRET: 's' }).join('\n')).toMatch(message);
  });
});

describe('AUTHORIZATION=external', () => {
  it.each<[string, object, Record<string, string>, RegExp]>([
    ['no issuer', {}, {}, /AUTHORIZATION: external needs an issuer/],
    [
      'none that is advertised',
      trusting({ ...ACME, advertised: false }),
      {},
      /one of trustedIssuers must be advert/,
    ],
    [
      'an authorization server',
      trusting(ACME),
      { GATEHOUSE_ROLES: 'mcp,authorization-server' },
      /GATEHOUSE_ROLES: /,
    ],
    ['sign-in', trusting(ACME), { SIGN_IN_MODE: 'openid' }, /no use for SIGN_IN_MODE=openid/],
    [
      'clients',
      {
        ...trusting(ACME),
        clients: [{ clientId: 'a', clientName: 'A', redirectUris: ['http://127.0.0.1/'] }],
      },
      {},
      /no use for clients/,
    ],
    [
      'an audience of nobody',
      trusting(ACME),
      { TOKEN_AUDIENCE: 'x' },
      /TOKEN_AUDIENCE: belongs to TOKEN_ISSUER/,
    ],
    [
      'keys of nobody',
      trusting(ACME),
      { TOKEN_JWKS_URL: 'https://a.example.com' },
      /TOKEN_JWKS_URL: belongs to/,
    ],
  ])('is refused with %s', (_what, content, variables, message) => {
    expect(problemsOf(content, variables).join('\n')).toMatch(message);
  });

  it('is satisfied by TOKEN_ISSUER', () => {
    const { trustedIssuers } = configOf(
      {},
      { TOKEN_ISSUER: 'https://id.example.com', TOKEN_JWKS_URL: 'https://id.example.com/keys' },
    );
    expect(trustedIssuers).toMatchObject([{ id: 'token-issuer', own: false }]);
  });

  it('asks a process of the proxy alone for no secret', () => {
    const content = trusting({ ...ACME, introspection: INTROSPECTION });
    expect(problemsOf(content, { GATEHOUSE_ROLES: 'proxy' })).toEqual([]);
    expect(problemsOf({}, { GATEHOUSE_ROLES: 'proxy' })).toEqual([]);
  });
});
