import type { JWTPayload } from 'jose';

/** How a token differs from a good one. */
export interface MintOptions {
  /** Exactly these; left out: every scope that something of the server declares. */
  readonly scopes?: readonly string[];
  /** `sub`; `user_1` where left out. */
  readonly subject?: string;
  /** `client_1` where left out. */
  readonly clientId?: string;
  readonly audience?: string | readonly string[];
  readonly issuer?: string;
  /** From now; an hour where left out. */
  readonly lifetimeSeconds?: number;
  /** Since an hour ago. */
  readonly expired?: boolean;
  /** Not before an hour from now. */
  readonly notYetValid?: boolean;
  /** Signed by a stranger under the `kid` of the real key. */
  readonly wrongKey?: boolean;
  /** Signed by a stranger under a `kid` that nobody published. */
  readonly unknownKey?: boolean;
  /** `none` is signed by nobody, `HS256` with the public key as the secret, another one than the server's by a stranger. */
  readonly algorithm?: 'ES256' | 'RS256' | 'PS256' | 'EdDSA' | 'HS256' | 'none';
  /** Of the header; `at+jwt` where left out (RFC 9068 section 2.1). */
  readonly typ?: string;
  /** Of the header, beside `alg`, `typ` and `kid`. */
  readonly header?: Readonly<Record<string, unknown>>;
  /** Replace those that the other options make. */
  readonly claims?: JWTPayload;
  /** Names of claims to leave out, such as `exp`. */
  readonly without?: readonly string[];
}
