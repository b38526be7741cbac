/** The scopes that guard the MCP methods, each with the words that a person reads before allowing it. */
export const MCP_SCOPES: Readonly<Record<string, string>> = {
  'mcp:tools:read': 'See which tools this server offers',
  'mcp:tools:execute': 'Run tools on your behalf',
  'mcp:resources:list': 'See the list of resources',
  'mcp:resources:read': 'Read the contents of resources',
  'mcp:prompts:list': 'See the list of prompts',
  'mcp:prompts:read': 'Use prompts, filled in with arguments',
};

/** Asks for a refresh token. Belongs to the authorization server, never to a protected resource (SEP-2207). */
export const OFFLINE_ACCESS = 'offline_access';

export const OFFLINE_ACCESS_DESCRIPTION = 'Stay connected when you are not there, until you revoke it';

/** RFC 6749 section 3.3: a scope token is one or more printable ASCII characters without space, `"` and `\`. */
const SCOPE_TOKEN = /^[\x21\x23-\x5b\x5d-\x7e]+$/;

/** True for a single well-formed scope token (RFC 6749 section 3.3). */
export function isScopeToken(value: string): boolean {
  return SCOPE_TOKEN.test(value);
}

/** Splits the wire form of a scope (RFC 6749 section 3.3) into its distinct tokens, in order. */
export function parseScope(scope: string | undefined): string[] {
  return scope ? [...new Set(scope.split(' ').filter((token) => token !== ''))] : [];
}

/**
 * True for a scope of the protected resource: everything but what belongs to the authorization server itself. So whatever nobody thought
 * of needs an entitlement.
 */
export function isResourceScope(scope: string): boolean {
  return scope !== OFFLINE_ACCESS && scope !== 'openid';
}
