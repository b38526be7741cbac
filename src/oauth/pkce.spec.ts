import { describe, expect, it } from 'vitest';
import { createPkcePair, s256 } from './pkce.js';

describe('PKCE (RFC 7636)', () => {
  it('answers the challenge of appendix B for its verifier', () => {
    expect(s256('dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk')).toBe(
      'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
    );
  });

  it('answers the known challenge for a known verifier', () => {
    expect(s256('ClW1UjPmI9pUt4J1yXV1ZwKGG4R7R8mrSdPGqUPjIjS')).toBe(
      '1OEicfz_Cio09rjbMf7Ot5F3GpAw6obak7CJrXsjtCg',
    );
  });

  it('makes 1,000 pairs that are all well-formed, all right and all different', async () => {
    const pairs = Array.from({ length: 1_000 }, createPkcePair);
    for (const { codeVerifier, codeChallenge } of pairs) {
      expect(codeVerifier).toMatch(/^[A-Za-z0-9\-._~]{43,128}$/);
      expect(codeChallenge).toMatch(/^[A-Za-z0-9_-]{43}$/);
      const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(codeVerifier));
      const base64 = btoa(String.fromCharCode(...new Uint8Array(digest)));
      expect(codeChallenge).toBe(base64.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', ''));
    }
    expect(new Set(pairs.map(({ codeVerifier }) => codeVerifier)).size).toBe(1_000);
    expect(new Set(pairs.map(({ codeChallenge }) => codeChallenge)).size).toBe(1_000);
  });
});
