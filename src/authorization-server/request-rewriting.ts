import { errors as joseErrors, decodeJwt } from 'jose';
import type { OAuthEngine } from './oauth-engine.js';

/** A request that is refused before the engine sees it, in the form of RFC 6749 section 5.2. */
export class RequestRefused extends Error {
  constructor(
    readonly error: string,
    description: string,
  ) {
    super(description);
    this.name = 'RequestRefused';
  }
}

/** Changes the body of a request before the engine sees it. @throws RequestRefused */
export type BodyRewriter = (body: Buffer) => Buffer | string | Promise<Buffer | string>;

/**
 * OAuth 2.1 drops `redirect_uri` from the token request, because PKCE binds the code; the engine still wants it. Where the client
 * left it out, the code's own is put in. What the client does send is compared as ever.
 */
export function tokenRequestRewriter(engine: Pick<OAuthEngine, 'provider'>): BodyRewriter {
  return async (body) => {
    const form = new URLSearchParams(body.toString('utf8'));
    if (form.get('grant_type') !== 'authorization_code' || form.has('redirect_uri')) return body;
    const value = form.get('code');
    const code = value
      ? await engine.provider.AuthorizationCode.find(value, { ignoreExpiration: true })
      : undefined;
    // An unknown code is refused by the engine in its own words, once every parameter is there.
    form.append('redirect_uri', code?.redirectUri ?? 'urn:ietf:wg:oauth:2.0:oob');
    return form.toString();
  };
}

/**
 * The engine introspects and revokes what it stored, which for a JWT is its `jti`. A token that is a JWT is replaced by that; a
 * forged one only names a `jti`, and is told apart by the verification that the caller passes in.
 */
export function structuredTokenRewriter(verify: (jwt: string) => Promise<boolean>): BodyRewriter {
  return async (body) => {
    const form = new URLSearchParams(body.toString('utf8'));
    const tokens = form.getAll('token');
    const [token] = tokens;
    if (tokens.length !== 1 || !token) return body;
    const jti = jtiOf(token);
    if (jti === undefined) return body;
    form.set('token', (await verify(token)) ? jti : 'invalid');
    form.delete('token_type_hint');
    form.append('token_type_hint', 'access_token');
    return form.toString();
  };
}

function jtiOf(token: string): string | undefined {
  try {
    return decodeJwt(token).jti;
  } catch (error) {
    if (error instanceof joseErrors.JWTInvalid) return undefined;
    throw error;
  }
}

/** What a registration may say (RFC 7591 section 2). Other members are passed over: none that makes this server fetch something is here. */
const REGISTERED: ReadonlySet<string> = new Set([
  'application_type',
  'client_name',
  'client_uri',
  'contacts',
  'grant_types',
  'logo_uri',
  'policy_uri',
  'redirect_uris',
  'response_types',
  'token_endpoint_auth_method',
  'tos_uri',
]);

/**
 * Clients register with the scopes that they mean to ask for. Those belong to the resource, not to the engine, which would refuse
 * them: what a client may have is decided at each authorization. A public client that does not say so is a native one when all its
 * redirect URIs are loopback ones.
 */
export function registrationRewriter(body: Buffer): Buffer | string {
  let metadata: unknown;
  try {
    metadata = JSON.parse(body.toString('utf8'));
  } catch {
    return body;
  }
  if (typeof metadata !== 'object' || metadata === null || Array.isArray(metadata)) return body;
  const registration = Object.fromEntries(Object.entries(metadata).filter(([name]) => REGISTERED.has(name)));
  refusePlainHttp(registration['redirect_uris']);
  if (
    registration['application_type'] === undefined &&
    hasOnlyLoopbackRedirects(registration['redirect_uris'])
  ) {
    registration['application_type'] = 'native';
  }
  return JSON.stringify(registration);
}

/** MCP basic/authorization, "Communication Security": redirect URIs are HTTPS or loopback. A code must not cross a network in clear. */
function refusePlainHttp(uris: unknown): void {
  if (!Array.isArray(uris)) return;
  for (const uri of uris) {
    const url = typeof uri === 'string' ? URL.parse(uri) : null;
    if (url?.protocol === 'http:' && !isLoopbackRedirect(url)) {
      throw new RequestRefused(
        'invalid_redirect_uri',
        `redirect_uris: ${url.origin} is neither https nor loopback, so that a code would cross the network in clear`,
      );
    }
  }
}

function isLoopbackRedirect({ hostname }: URL): boolean {
  return /^(localhost|127\.0\.0\.1|\[::1\])$/.test(hostname);
}

function hasOnlyLoopbackRedirects(uris: unknown): boolean {
  return (
    Array.isArray(uris) &&
    uris.length > 0 &&
    uris.every((uri) => {
      const url = typeof uri === 'string' ? URL.parse(uri) : null;
      return url?.protocol === 'http:' && isLoopbackRedirect(url);
    })
  );
}
