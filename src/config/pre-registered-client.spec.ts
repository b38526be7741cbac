import { describe, expect, it } from 'vitest';
import { clientProblems, PreRegisteredClient, toConfiguredClients } from './pre-registered-client.js';

function client(changes: Partial<PreRegisteredClient> = {}): PreRegisteredClient {
  return Object.assign(new PreRegisteredClient(), {
    clientId: 'reports',
    clientName: 'Reports',
    redirectUris: ['https://reports.example.com/cb'],
    ...changes,
  });
}

const jwks = { keys: [{ kty: 'EC' }] };

describe('clientProblems', () => {
  it('finds none in a public client', () => {
    expect(clientProblems(client(), {})).toEqual([]);
  });

  it.each([[[]], [undefined]])('asks for a redirect URI where codes are sent (%j)', (redirectUris) => {
    const problems = clientProblems(Object.assign(client(), { redirectUris }), {});
    expect(problems).toEqual(['redirectUris: must name at least one']);
  });

  describe.each(['client_secret_basic', 'client_secret_post'] as const)('with %s', (method) => {
    it('wants the name of an environment variable', () => {
      expect(clientProblems(client({ tokenEndpointAuthMethod: method }), {})).toEqual([
        `clientSecretEnv: must name the environment variable with the secret for ${method}`,
      ]);
    });

    it.each([undefined, ''])('wants it to hold a secret (%j)', (value) => {
      const variables = { REPORTS_SECRET: value };
      const confidential = client({ tokenEndpointAuthMethod: method, clientSecretEnv: 'REPORTS_SECRET' });
      expect(clientProblems(confidential, variables)).toEqual([
        'clientSecretEnv: the environment variable REPORTS_SECRET is not set',
      ]);
    });

    it('finds nothing wrong where the variable is set', () => {
      const variables = { REPORTS_SECRET: 'a secret of the tests' };
      const confidential = client({ tokenEndpointAuthMethod: method, clientSecretEnv: 'REPORTS_SECRET' });
      expect(clientProblems(confidential, variables)).toEqual([]);
      expect(toConfiguredClients([confidential], variables)[0]?.clientSecret).toBe('a secret of the tests');
    });
  });

  describe('with private_key_jwt', () => {
    const signing = (changes: Partial<PreRegisteredClient>): PreRegisteredClient =>
      client({ tokenEndpointAuthMethod: 'private_key_jwt', ...changes });

    it.each([{ jwks }, { jwksUri: 'https://reports.example.com/jwks.json' }])('takes %j', (keys) => {
      expect(clientProblems(signing(keys), {})).toEqual([]);
    });

    it.each([{}, { jwks, jwksUri: 'https://reports.example.com/jwks.json' }])('refuses %j', (keys) => {
      expect(clientProblems(signing(keys), {})).toEqual([
        'jwks: private_key_jwt needs either jwks or jwksUri',
      ]);
    });
  });

  describe('with client_credentials', () => {
    it('needs no redirect URI, but keys and scopes', () => {
      const service = new PreRegisteredClient();
      Object.assign(service, {
        clientId: 'nightly',
        clientName: 'Nightly',
        grantTypes: ['client_credentials'],
      });
      expect(clientProblems(service, {})).toEqual([
        'tokenEndpointAuthMethod: client_credentials needs one, not none',
        'scopes: client_credentials needs the scopes of the client',
      ]);
      Object.assign(service, {
        tokenEndpointAuthMethod: 'private_key_jwt',
        jwks,
        scopes: ['mcp:tools:read'],
      });
      expect(clientProblems(service, {})).toEqual([]);
    });
  });

  it('survives what is no list: the decorators speak of that', () => {
    const broken = Object.assign(client(), { grantTypes: 'authorization_code' });
    expect(clientProblems(broken, {})).toEqual([]);
  });
});
