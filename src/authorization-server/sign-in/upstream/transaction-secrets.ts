import { createHmac, randomBytes } from 'node:crypto';

/** What one sign-in at an upstream provider is protected by. All of it follows from one secret that only the browser keeps. */
export interface TransactionSecrets {
  /** Goes into the browser's cookie. */
  readonly secret: string;
  /** RFC 6749 section 10.12. */
  readonly state: string;
  /** OpenID Connect Core section 3.1.2.1. */
  readonly nonce: string;
  /** RFC 7636 section 4.1. */
  readonly codeVerifier: string;
}

/** 256 random bits. */
export function newTransactionSecret(): string {
  return randomBytes(32).toString('base64url');
}

/** Derives state, nonce and verifier, so that neither the database nor an intermediary can know one from another. */
export function secretsOf(secret: string): TransactionSecrets {
  const derive = (purpose: string): string =>
    createHmac('sha256', secret).update(purpose).digest('base64url');
  return {
    secret,
    state: derive('state'),
    nonce: derive('nonce'),
    codeVerifier: derive('code_verifier'),
  };
}
