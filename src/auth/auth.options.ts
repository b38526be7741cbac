/** How the resource server speaks of itself, and how much it remembers. */
export abstract class AuthOptions {
  /** The protected resource itself, for its metadata (RFC 9728 section 2): what clients connect to. */
  abstract readonly resourceIdentifier: string;
  abstract readonly authorizationServers: readonly string[];
  /** What a client has to ask for at those servers to be granted a scope of ours. */
  abstract readonly scopeToAskFor: (scope: string) => string;
  /** What a client is told to ask for first, now; the rest is reached by step-up (MCP basic/authorization, "Scope Selection Strategy"). */
  abstract readonly baselineScopes: () => readonly string[];
  /** Printable ASCII, for the challenges (RFC 9110 section 11.5). */
  abstract readonly realm: string | undefined;
  /** Whether a caller is told what is wrong with a refused token. */
  abstract readonly errorDetails: boolean;
  abstract readonly cacheMaxEntries: number;
  abstract readonly cacheMaxBytes: number;
}
