import * as fc from 'fast-check';
import { validateHeaderValue } from 'node:http';
import { describe, expect, it } from 'vitest';
import { bearerChallenge } from './bearer-challenge.js';

const METADATA = 'https://gate.example.com/.well-known/oauth-protected-resource/mcp';

/** Reads a challenge back as RFC 9110 section 11.2 writes it: parameters with quoted strings. */
function parse(challenge: string): Map<string, string> {
  const [scheme, rest] = [challenge.slice(0, 7), challenge.slice(7)];
  expect(scheme).toBe('Bearer ');
  expect(rest).toMatch(/^[a-z_]+="(?:[^"\\]|\\.)*"(?:, [a-z_]+="(?:[^"\\]|\\.)*")*$/);
  return new Map(
    [...rest.matchAll(/([a-z_]+)="((?:[^"\\]|\\.)*)"/g)].map(([, name = '', value = '']) => [
      name,
      value.replace(/\\(.)/g, '$1'),
    ]),
  );
}

describe('Bearer challenge (RFC 6750 section 3, RFC 9728 section 5.1)', () => {
  it('says only where the metadata is when the request carried no credentials', () => {
    expect(bearerChallenge({ resourceMetadataUrl: METADATA })).toBe(
      'Bearer resource_metadata="https://gate.example.com/.well-known/oauth-protected-resource/mcp"',
    );
  });

  it('names error, description, scopes and metadata in one line when a token is refused', () => {
    const challenge = bearerChallenge({
      realm: 'mcp',
      error: 'insufficient_scope',
      errorDescription: 'tools/call needs more',
      scopes: ['mcp:tools:read', 'mcp:tools:execute'],
      resourceMetadataUrl: METADATA,
    });
    expect(challenge).toBe(
      'Bearer error="insufficient_scope", error_description="tools/call needs more", ' +
        'scope="mcp:tools:read mcp:tools:execute", ' +
        'resource_metadata="https://gate.example.com/.well-known/oauth-protected-resource/mcp", realm="mcp"',
    );
  });

  it('leaves the scope parameter out when there are no scopes', () => {
    expect(bearerChallenge({ scopes: [], resourceMetadataUrl: METADATA })).not.toContain('scope=');
  });
});

describe('quoted strings in a challenge (RFC 9110 section 5.6.4)', () => {
  it.each([
    ['a line break', 'a\r\nSet-Cookie: b=c', 'a??Set-Cookie: b=c'],
    ['a lone line feed', 'a\nb', 'a?b'],
    ['a NUL', 'a\u0000b', 'a?b'],
    ['a double quote', 'a", error="none', 'a", error="none'],
    ['a backslash', 'a\\b', 'a\\b'],
    ['a backslash before a double quote', 'a\\"b', 'a\\"b'],
    ['a letter outside ASCII', 'Müller', 'M?ller'],
    ['an emoji', 'a😀', 'a??'],
    ['a line separator', 'a\u2028b', 'a?b'],
  ])('keeps the header whole when the description holds %s', (_what, errorDescription, expected) => {
    const challenge = bearerChallenge({
      error: 'invalid_token',
      errorDescription,
      resourceMetadataUrl: METADATA,
    });
    expect(() => validateHeaderValue('WWW-Authenticate', challenge)).not.toThrow();
    const parameters = parse(challenge);
    expect([...parameters.keys()]).toEqual(['error', 'error_description', 'resource_metadata']);
    expect(parameters.get('error_description')).toBe(expected);
  });

  it('is always one header line that can be read back, whatever is put into it', () => {
    const text = fc.string({ unit: 'binary' });
    fc.assert(
      fc.property(text, text, fc.array(text, { minLength: 1 }), (realm, errorDescription, scopes) => {
        const challenge = bearerChallenge({ realm, errorDescription, scopes, resourceMetadataUrl: METADATA });
        expect(challenge).toMatch(/^[\x20-\x7e]+$/);
        const parameters = parse(challenge);
        expect([...parameters.keys()]).toEqual(['error_description', 'scope', 'resource_metadata', 'realm']);
        expect(parameters.get('resource_metadata')).toBe(METADATA);
      }),
    );
  });

  it('gives printable ASCII back unchanged', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme-ascii' }), (errorDescription) => {
        const challenge = bearerChallenge({ errorDescription, resourceMetadataUrl: METADATA });
        expect(parse(challenge).get('error_description')).toBe(errorDescription);
      }),
    );
  });
});
