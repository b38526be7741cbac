/** What is known of the caller after a token was verified. Holds nothing that could be replayed. */
export interface VerifiedToken {
  /** `sub`: the user, or the client itself where there is no user (RFC 9068 section 2.2). */
  readonly subject: string;
  readonly clientId: string;
  /** A client that acts for itself: there is no user, and `subject` is the client (RFC 9068 section 2.2). */
  readonly serviceAccount: boolean;
  readonly issuer: string;
  /** What the configuration calls the issuer. */
  readonly issuerId: string;
  /** Issuer, user and client in one text: who may use what was opened, sealed or counted for whom. */
  readonly principal: string;
  readonly tokenId: string | undefined;
  /** What a revocation of this token, or of the grant that it comes from, is filed under. */
  readonly revocationIds: readonly string[];
  /** Scopes as granted, in our words, in the token's order. */
  readonly scopes: readonly string[];
  /** All that the issuer said of the token. Frozen. */
  readonly claims: Readonly<Record<string, unknown>>;
  /** Seconds since 1970. */
  readonly expiresAt: number;
}
