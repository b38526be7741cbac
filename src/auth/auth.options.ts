/** What the resource server accepts, and how it speaks of itself. */
export abstract class AuthOptions {
  /** The `iss` that tokens must carry, byte for byte. */
  abstract readonly issuer: string;
  /** Our resource identifier (RFC 8707): must be among a token's `aud`. */
  abstract readonly audience: string;
  /** The protected resource itself, for its metadata (RFC 9728 section 2): what clients connect to. */
  abstract readonly resourceIdentifier: string;
  abstract readonly authorizationServers: readonly string[];
  /** What a client is told to ask for first, now; the rest is reached by step-up (MCP basic/authorization, "Scope Selection Strategy"). */
  abstract readonly baselineScopes: () => readonly string[];
  abstract readonly clockSkewSeconds: number;
  abstract readonly cacheMaxEntries: number;
  abstract readonly cacheTtlSeconds: number;
}

/** Asymmetric algorithms that passport-jwt verifies. Symmetric ones and `none` are never accepted. */
export const ALLOWED_ALGORITHMS = ['ES256', 'RS256', 'PS256'] as const;
