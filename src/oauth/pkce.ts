import { createHash, randomBytes } from 'node:crypto';

export interface PkcePair {
  codeVerifier: string;
  codeChallenge: string;
}

/** A fresh verifier of 43 URL-safe characters (256 bits) and its S256 challenge (RFC 7636 sections 4.1 and 4.2). */
export function createPkcePair(): PkcePair {
  const codeVerifier = randomBytes(32).toString('base64url');
  return { codeVerifier, codeChallenge: s256(codeVerifier) };
}

/** BASE64URL(SHA256(verifier)), RFC 7636 section 4.2. */
export function s256(codeVerifier: string): string {
  return createHash('sha256').update(codeVerifier, 'ascii').digest('base64url');
}
