import type { Client } from 'oidc-provider';
import { describe, expect, it } from 'vitest';
import { clientIdentity, redirectHost } from './client-identity.js';

function client(changes: object = {}): Client {
  return {
    clientId: 'gh1.abcd.x.y',
    clientName: 'A client',
    redirectUris: ['http://127.0.0.1/cb'],
    ...changes,
  } as unknown as Client;
}

describe('clientIdentity', () => {
  it('vouches for nothing that registered by itself', () => {
    expect(clientIdentity(client())).toEqual({
      name: 'A client',
      host: undefined,
      kind: 'dynamic',
      verified: false,
      redirectHosts: ['127.0.0.1'],
      localhostOnly: true,
    });
  });

  it('names the host that vouches for a metadata document', () => {
    const identity = clientIdentity(
      client({
        clientId: 'https://client.example.com:8443/oauth/client.json',
        redirectUris: ['https://client.example.com/cb'],
      }),
    );
    expect(identity).toMatchObject({
      host: 'client.example.com:8443',
      kind: 'metadata-document',
      verified: true,
      redirectHosts: ['client.example.com'],
      localhostOnly: false,
    });
  });

  it('lets the operator vouch for a client of the configuration, also for one named by a URL', () => {
    expect(clientIdentity(client({ clientId: 'reports', noManage: true }))).toMatchObject({
      kind: 'preregistered',
      verified: true,
      host: undefined,
    });
    expect(clientIdentity(client({ clientId: 'https://a.example/c.json', noManage: true }))).toMatchObject({
      kind: 'preregistered',
      host: undefined,
    });
  });

  it('lists each place once that answers may go to', () => {
    const redirectUris = [
      'http://localhost:8787/callback',
      'http://localhost/callback',
      'https://www.cursor.com/agents/mcp/oauth/callback',
      'cursor://anysphere.cursor-mcp/oauth/callback',
    ];
    const identity = clientIdentity(client({ redirectUris }));
    expect(identity.redirectHosts).toEqual(['localhost', 'www.cursor.com', 'cursor:']);
    expect(identity.localhostOnly).toBe(false);
  });

  it('does not call a client local that has no redirect URI at all', () => {
    expect(clientIdentity(client({ redirectUris: [] }))).toMatchObject({
      localhostOnly: false,
      redirectHosts: [],
    });
  });

  it('shows no name that could pass for another one', () => {
    const name = (clientName: unknown): string => clientIdentity(client({ clientName })).name;
    expect(name('\u202Etpircs\u202C')).toBe('tpircs');
    expect(name('Cla\u200Bude')).toBe('Cla ude');
    expect(name('two\r\nlines')).toBe('two lines');
    expect(name('x'.repeat(500))).toHaveLength(80);
    for (const nothing of [undefined, '', ' \u200B ']) {
      expect(name(nothing)).toBe('An application without a name');
    }
  });
});

describe('redirectHost', () => {
  it.each([
    ['http://127.0.0.1:5123/cb', '127.0.0.1'],
    ['http://[::1]:5123/cb', '[::1]'],
    ['https://client.example.com:8443/cb', 'client.example.com:8443'],
    ['com.example.app:/cb', 'com.example.app:'],
  ])('is, of %s, %s', (uri, host) => {
    expect(redirectHost(uri)).toBe(host);
  });
});
