/** An issuer whose access tokens are accepted, and how they are read. */
export interface TrustedIssuer {
  /** Of the configuration: stands in metrics, the log and `VerifiedToken.issuerId`. */
  readonly id: string;
  /** The `iss` that its tokens carry, byte for byte. */
  readonly issuer: string;
  /** Our own authorization server: its revocations are known here, and its private claims mean what we mean by them. */
  readonly own: boolean;
  /** Named in the protected resource metadata. */
  readonly advertised: boolean;
  /** `audience`: what must be among `aud`. `client-id`: the clients whose tokens are accepted, whatever `aud` says. */
  readonly audience: { readonly mode: 'audience' | 'client-id'; readonly values: readonly string[] };
  /** Asymmetric ones only. */
  readonly algorithms: readonly string[];
  readonly clockSkewSeconds: number;
  /** How long a verified token needs no second check. */
  readonly cacheTtlSeconds: number;
  /** What `typ` may say; `none` for tokens that say nothing. */
  readonly tokenTypes: readonly string[];
  /** Claim, to the values of which it must have one; `*` stands for any text. */
  readonly requiredClaims: Readonly<Record<string, readonly string[]>>;
  /** The first one that is there says who the client is. */
  readonly clientIdClaims: readonly string[];
  readonly subjectClaim: string;
  readonly scopes: ScopeRules;
}

/** How scopes are read from the claims of an issuer. */
export interface ScopeRules {
  readonly claims: readonly string[];
  /** Taken off each scope that begins with it. */
  readonly prefix: string;
  /** What stands in their scopes where a colon stands in ours. */
  readonly separator: string;
  /** Scope or role of theirs, to the scopes of ours that it stands for. */
  readonly map: Readonly<Record<string, readonly string[]>>;
  readonly groupsClaim: string;
  /** Group, to the scopes of its members. */
  readonly groupScopes: Readonly<Record<string, readonly string[]>>;
  /** Of every token. */
  readonly defaults: readonly string[];
}
