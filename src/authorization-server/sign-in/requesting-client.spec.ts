import type Provider from 'oidc-provider';
import { describe, expect, it } from 'vitest';
import { requestingClient, type RequestingClient } from './requesting-client.js';

function asking(redirect_uri: string): Promise<RequestingClient> {
  const client = { clientId: 'gh1.x', clientName: 'A client', redirectUris: [redirect_uri] };
  const provider = { Client: { find: () => Promise.resolve(client) } } as unknown as Provider;
  return requestingClient(provider, { client_id: 'gh1.x', redirect_uri });
}

describe('requestingClient', () => {
  it.each([
    ['https://client.example.com:8443/cb', 'client.example.com:8443', false],
    ['http://127.0.0.1:6274/cb', '127.0.0.1:6274', true],
    ['http://[::1]:6274/cb', '[::1]:6274', true],
    ['cursor://anysphere.cursor-mcp/oauth/callback', 'cursor:', true],
    ['com.example.app:/cb', 'com.example.app:', true],
  ])('says of %s that the answer goes to %s', async (uri, redirectHost, redirectsToThisComputer) => {
    expect(await asking(uri)).toMatchObject({ redirectHost, redirectsToThisComputer });
  });

  it('does not show the host of somebody else that stands behind a scheme of an application', async () => {
    const { redirectHost } = await asking('com.example.app://claude.ai/api/mcp/auth_callback');
    expect(redirectHost).toBe('com.example.app:');
  });

  it('knows no more than what was asked of a client that is gone', async () => {
    const provider = { Client: { find: () => Promise.resolve(undefined) } } as unknown as Provider;
    const params = { client_id: 'gone', redirect_uri: 'https://a.example/cb' };
    expect(await requestingClient(provider, params)).toEqual({
      clientName: 'An application without a name',
      clientId: 'gone',
      identity: undefined,
      redirectHost: 'a.example',
      redirectsToThisComputer: false,
    });
  });
});
