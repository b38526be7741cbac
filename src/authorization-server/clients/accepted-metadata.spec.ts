import { describe, expect, it } from 'vitest';
import { acceptedMetadata, acceptedRegistration } from './accepted-metadata.js';

const accepted = (metadata: Record<string, unknown>) => acceptedMetadata(metadata, ['cursor']);

describe('client metadata (RFC 7591 section 2)', () => {
  it('is passed over where it does not count: scopes, logos, keys, contacts', () => {
    expect(
      accepted({
        client_name: 'A',
        scope: 'mcp:tools:read',
        logo_uri: 'https://a.example/logo',
        jwks_uri: 'https://a.example/jwks',
        contacts: ['a@example.com'],
        __proto__: { client_uri: 'https://a.example/' },
      }),
    ).toEqual({ client_name: 'A' });
  });

  it('asks for no grant that clients cannot register for', () => {
    const grants = ['authorization_code', 'refresh_token', 'urn:ietf:params:oauth:grant-type:device_code', 7];
    expect(accepted({ grant_types: grants })).toEqual({
      grant_types: ['authorization_code', 'refresh_token'],
    });
  });

  it.each([
    [['http://127.0.0.1:1/callback'], 'native'],
    [['http://localhost/callback', 'http://[::1]:9/'], 'native'],
    [['https://app.example.com/callback'], undefined],
    [['http://127.0.0.1:1/callback', 'https://app.example.com/callback'], 'native'],
    [['cursor://callback', 'https://app.example.com/callback'], 'native'],
    [['com.example.app:/callback'], 'native'],
    [[], undefined],
    ['http://127.0.0.1/', undefined],
    [undefined, undefined],
  ])('with the redirect URIs %j, makes the client %s', (redirectUris, applicationType) => {
    expect(accepted({ redirect_uris: redirectUris })['application_type']).toBe(applicationType);
  });

  it('names the one redirect URI that cannot be used', () => {
    expect(() => accepted({ redirect_uris: ['https://a.example/', 'javascript:alert(1)'] })).toThrow(
      expect.objectContaining({
        error: 'invalid_redirect_uri',
        message: 'redirect_uris: javascript:alert(1) has the scheme javascript, which is never allowed',
      }) as Error,
    );
    const many = Array.from({ length: 21 }, (_unused, index) => `https://a.example/${index}`);
    expect(() => accepted({ redirect_uris: many })).toThrow('more than 20');
    expect(() => accepted({ redirect_uris: [7] })).toThrow('redirect_uris: 7 must be a string');
  });

  it.each([
    'application_type',
    'client_name',
    'client_uri',
    'grant_types',
    'redirect_uris',
    'response_types',
    'token_endpoint_auth_method',
  ])('is refused where %s holds more than strings, however deep', (member) => {
    const deep: unknown = JSON.parse(`${'['.repeat(20_000)}${']'.repeat(20_000)}`);
    for (const value of [{ a: 1 }, [{ a: 1 }], [[]], deep]) {
      expect(() => accepted({ [member]: value })).toThrow(`${member}: must be a string or a list of strings`);
    }
  });

  it('is kept short', () => {
    expect(accepted({ client_name: 'x'.repeat(500), client_uri: `https://a/${'x'.repeat(500)}` })).toEqual({
      client_name: 'x'.repeat(120),
    });
  });
});

describe('a registration that does not say how its client authenticates (RFC 7591 section 2)', () => {
  const method = (metadata: Record<string, unknown>): unknown =>
    acceptedRegistration(metadata, ['cursor'])['token_endpoint_auth_method'];

  it.each([
    [['https://app.example.com/callback'], 'client_secret_basic'],
    [['http://127.0.0.1/callback'], 'none'],
    [['https://app.example.com/callback', 'http://localhost/callback'], 'none'],
    [['https://app.example.com/callback', 'cursor://app/callback'], 'none'],
  ])('means, with %j, %s', (redirect_uris, expected) => {
    expect(method({ redirect_uris })).toBe(expected);
  });

  it('means none where it says that it is a native one', () => {
    const redirect_uris = ['https://app.example.com/callback'];
    expect(method({ redirect_uris, application_type: 'native' })).toBe('none');
  });

  it('is left as it is where it says so', () => {
    for (const said of ['none', 'client_secret_post', 'private_key_jwt']) {
      expect(method({ redirect_uris: ['https://a.example/'], token_endpoint_auth_method: said })).toBe(said);
    }
  });
});
