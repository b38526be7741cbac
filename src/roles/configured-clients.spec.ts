import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { ConfigurationError } from '../config/configuration-error.js';
import { PreRegisteredClient } from '../config/pre-registered-client.js';
import { requireUsableClients } from './configured-clients.js';

const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });

function client(changes: Partial<PreRegisteredClient> = {}): PreRegisteredClient {
  return Object.assign(new PreRegisteredClient(), {
    clientId: 'reports',
    clientName: 'Reports',
    redirectUris: ['https://reports.example.com/cb'],
    ...changes,
  });
}

function problems(...clients: PreRegisteredClient[]): readonly string[] {
  try {
    requireUsableClients({ clients, redirectSchemes: ['cursor'] });
    return [];
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems;
    throw error;
  }
}

describe('requireUsableClients', () => {
  it('takes what a client may register', () => {
    const uris = [
      'https://reports.example.com/cb',
      'http://127.0.0.1/cb',
      'cursor://reports/cb',
      'com.example:/',
    ];
    const jwks = { keys: [publicKey.export({ format: 'jwk' }) as Record<string, unknown>] };
    expect(problems(client({ redirectUris: uris }), client({ clientId: 'signs', jwks }))).toEqual([]);
  });

  it.each([
    ['http://reports.example.com/cb', 'is neither https nor loopback'],
    ['https://reports.example.com/cb#top', 'must have no fragment'],
    ['https://user@reports.example.com/cb', 'must have no user name'],
    ['https://*.example.com/cb', 'must have no wildcard'],
    ['javascript:alert(1)', 'is never allowed'],
    ['unknown://reports/cb', 'ALLOWED_REDIRECT_SCHEMES'],
    ['reports', 'is not a URI'],
  ])('names the client and the redirect URI %s', (uri, reason) => {
    const [problem, ...more] = problems(client({ redirectUris: ['https://reports.example.com/cb', uri] }));
    expect(more).toEqual([]);
    expect(problem).toContain(`GATEHOUSE_CONFIG_FILE: client reports: redirectUris: ${uri} `);
    expect(problem).toContain(reason);
  });

  it('asks https of a web application', () => {
    const web = client({ applicationType: 'web', redirectUris: ['http://localhost:3000/cb'] });
    expect(problems(web)).toEqual([
      'GATEHOUSE_CONFIG_FILE: client reports: redirectUris: http://localhost:3000/cb is not https, which applicationType web asks for',
    ]);
  });

  it('refuses a private key, and does not show it', () => {
    const jwk = privateKey.export({ format: 'jwk' }) as Record<string, unknown>;
    const [problem] = problems(client({ jwks: { keys: [jwk] } }));
    expect(problem).toContain('client reports: jwks.keys.0: is a private or a shared key');
    expect(problem).not.toContain(jwk['d']);
  });

  it.each([[{ keys: [] }], [{}]])('refuses the key set %j', (jwks) => {
    expect(problems(client({ jwks: jwks as never }))).toEqual([
      'GATEHOUSE_CONFIG_FILE: client reports: jwks.keys: must name at least one key',
    ]);
  });

  it('refuses two clients of one name, and one that is built in', () => {
    expect(problems(client(), client(), client({ clientId: 'mcp-inspector-client' }))).toEqual([
      'GATEHOUSE_CONFIG_FILE: client reports: is there twice',
      'GATEHOUSE_CONFIG_FILE: client mcp-inspector-client: is there twice',
    ]);
  });

  it('names every problem at once', () => {
    expect(
      problems(
        client({ redirectUris: ['ftp://a/', 'http://a/'] }),
        client({ clientId: 'b', jwks: {} as never }),
      ),
    ).toHaveLength(3);
  });
});
