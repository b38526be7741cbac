export interface BearerChallenge {
  realm?: string | undefined;
  /** Left out when the request carried no credentials (RFC 6750 section 3.1). */
  error?: 'invalid_token' | 'insufficient_scope' | 'invalid_request';
  errorDescription?: string;
  scopes?: readonly string[];
  /** Absolute URL of the protected resource metadata (RFC 9728 section 5.1). */
  resourceMetadataUrl: string;
}

/** Builds the value of `WWW-Authenticate` for the Bearer scheme (RFC 6750 section 3, RFC 9728 section 5.1). */
export function bearerChallenge(challenge: BearerChallenge): string {
  const parameters: [string, string | undefined][] = [
    ['error', challenge.error],
    ['error_description', challenge.errorDescription],
    ['scope', challenge.scopes?.length ? challenge.scopes.join(' ') : undefined],
    ['resource_metadata', challenge.resourceMetadataUrl],
    // Last, because the MCP SDKs look for the others by a search of the text, which would find them in the words of a realm.
    ['realm', challenge.realm],
  ];
  const rendered = parameters
    .filter((parameter): parameter is [string, string] => parameter[1] !== undefined)
    .map(([name, value]) => `${name}=${quotedString(value)}`);
  return `Bearer ${rendered.join(', ')}`;
}

/** RFC 9110 section 5.6.4. What a header must not hold (control characters, non-ASCII) becomes `?`. */
function quotedString(value: string): string {
  return `"${value.replace(/[^\x20-\x7e]/g, '?').replace(/["\\]/g, '\\$&')}"`;
}
