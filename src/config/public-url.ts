/** First segments of paths that the servers have themselves: a prefix that begins so could be one or the other. */
const OWN_PATHS: ReadonlySet<string> = new Set([
  '.well-known',
  'account',
  'authorize',
  'consent',
  'dev',
  'health',
  'internal',
  'introspect',
  'mcp',
  'metrics',
  'par',
  'register',
  'revoke',
  'sign-in',
  'sign-out',
  'token',
]);

/** Segments of unreserved characters (RFC 3986 section 2.3): nothing that two programs could decode differently. */
const PREFIX = /^(?:\/[\w.~-]+)+$/;

/** What is wrong with the public URL, in words that follow its name; undefined where nothing is. */
export function publicUrlProblem(value: string): string | undefined {
  const { pathname, search, hash, username, password } = new URL(value);
  if (search || hash || username || password) {
    return `must have no query, fragment or credentials; got ${value}`;
  }
  const prefix = pathname.replace(/\/$/, '');
  if (prefix === '') return undefined;
  const segments = prefix.split('/').slice(1);
  if (OWN_PATHS.has(segments[0] ?? '') || segments.at(-1) === 'mcp') {
    return (
      `must be the address in front of /mcp, such as https://gate.example.com or https://example.com/gate, ` +
      `and not a path that Gatehouse has itself; got ${value}`
    );
  }
  if (!PREFIX.test(prefix)) {
    return `may have a path of letters, digits, "-", ".", "_" and "~" only, such as https://example.com/gate; got ${value}`;
  }
  return undefined;
}

/** In its one spelling: without a default port or a trailing slash. */
export function normalisedPublicUrl(value: string): string {
  const { origin, pathname } = new URL(value);
  return `${origin}${pathname.replace(/\/$/, '')}`;
}
