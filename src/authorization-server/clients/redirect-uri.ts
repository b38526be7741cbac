/** Schemes that run code, read files or belong to something else: never, whatever is configured. */
const DANGEROUS: ReadonlySet<string> = new Set([
  'about',
  'blob',
  'chrome',
  'chrome-extension',
  'data',
  'file',
  'filesystem',
  'ftp',
  'intent',
  'javascript',
  'jar',
  'mailto',
  'resource',
  'sms',
  'tel',
  'urn',
  'vbscript',
  'view-source',
  'ws',
  'wss',
]);

const MAX_LENGTH = 1_000;
/** Longer than any name in the DNS (RFC 1035 section 2.3.4), with its port. */
const MAX_HOST_LENGTH = 260;
const MAX_SCHEME_LENGTH = 100;
const READABLE = /^[\x21\x23-\x3b\x3d\x3f-\x5b\x5d\x5f\x61-\x7e]+$/;

/**
 * What is wrong with a redirect URI, or undefined (OAuth 2.1 section 2.3, RFC 8252 section 7): https anywhere, http to this machine
 * only, private-use schemes from the list or with a dot, as reversed domain names have it.
 */
export function redirectUriProblem(value: unknown, schemes: readonly string[]): string | undefined {
  if (typeof value !== 'string' || value === '') return 'must be a string';
  if (value.length > MAX_LENGTH) return `is longer than ${MAX_LENGTH} characters`;
  const url = URL.parse(value);
  if (!READABLE.test(value) || !url) return 'is not a URI';
  if (value.includes('#')) return 'must have no fragment';
  if (url.username || url.password) return 'must have no user name or password';
  if (url.host.length > MAX_HOST_LENGTH) return 'has a host that is longer than any host name';
  const scheme = url.protocol.slice(0, -1);
  if (scheme.length > MAX_SCHEME_LENGTH)
    return `has a scheme that is longer than ${MAX_SCHEME_LENGTH} characters`;
  if (DANGEROUS.has(scheme)) return `has the scheme ${scheme}, which is never allowed`;
  if (scheme === 'https' || scheme === 'http') {
    if (!/^https?:\/\/[^/]/i.test(value)) return 'is not a URI';
    if (url.hostname.includes('*')) return 'must have no wildcard';
    if (scheme === 'https' || isLoopback(url)) return undefined;
    return 'is neither https nor loopback, so that a code would cross the network in clear';
  }
  if (scheme.includes('.') || schemes.includes(scheme)) return undefined;
  return `has the scheme ${scheme}, which this server does not allow (ALLOWED_REDIRECT_SCHEMES)`;
}

/** Whether a redirect URI leads to a program on the user's own machine by http. */
export function isLoopbackRedirect(uri: string): boolean {
  const url = URL.parse(uri);
  return url?.protocol === 'http:' && isLoopback(url);
}

function isLoopback({ hostname }: URL): boolean {
  return /^(localhost|127\.0\.0\.1|\[::1\])$/.test(hostname);
}
