/** What a path that no server knows is called: whatever callers make up, there is one name for it. */
export const OTHER_ROUTE = '_other';

/** What asks for a discovery document where there is none: whoever looks there was sent to a wrong address, or an ingress changes paths. */
export const MISPLACED_DISCOVERY = '_other_discovery';

const DISCOVERY = /\/\.?well-known\/(?:oauth-|openid-configuration)/;

const FIXED: ReadonlySet<string> = new Set([
  '/',
  '/mcp',
  '/authorize',
  '/token',
  '/par',
  '/register',
  '/revoke',
  '/introspect',
  '/sign-in',
  '/sign-out',
  '/account',
  '/account/all',
  '/account/revoke',
  '/dev',
  '/dev/tokens',
  '/internal/revocations',
  '/metrics',
  '/health/live',
  '/health/ready',
  '/health/startup',
  '/.well-known/jwks.json',
  '/.well-known/oauth-protected-resource',
  '/.well-known/oauth-protected-resource/mcp',
  '/.well-known/oauth-authorization-server',
  '/.well-known/oauth-authorization-server/mcp',
  '/.well-known/openid-configuration',
  '/.well-known/openid-configuration/mcp',
  '/mcp/.well-known/openid-configuration',
]);

/** Paths whose last segment names one thing of many. */
const PARAMETRISED: readonly (readonly [prefix: string, template: string])[] = [
  ['/authorize/', '/authorize/{uid}'],
  ['/consent/', '/consent/{uid}'],
  ['/sign-in/callback/', '/sign-in/callback/{provider}'],
  ['/sign-in/', '/sign-in/{uid}'],
];

/**
 * The route of a request target, with the names of its parameters in place of their values: from a closed set, so that it may be a
 * label or the name of a span (OpenTelemetry semantic conventions, `http.route`). What is no route of ours is `_other`, or `_other_discovery`.
 */
export function routeTemplate(target: string | undefined): string {
  if (target === undefined) return OTHER_ROUTE;
  const query = target.indexOf('?');
  const path = withoutTrailingSlash(query === -1 ? target : target.slice(0, query));
  if (FIXED.has(path)) return path;
  for (const [prefix, template] of PARAMETRISED) {
    if (path.length > prefix.length && path.startsWith(prefix) && !path.includes('/', prefix.length))
      return template;
  }
  return DISCOVERY.test(path) ? MISPLACED_DISCOVERY : OTHER_ROUTE;
}

function withoutTrailingSlash(path: string): string {
  return path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path;
}
