import { errors as joseErrors, decodeJwt } from 'jose';
import { acceptedRegistration } from './clients/accepted-metadata.js';
import type { OAuthEngine } from './oauth-engine.js';

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
 * forged one only names a `jti`, and is told apart by `verify`. What is no JWT can only be a refresh token: a bare `jti`, which
 * logs may show, is no token. The engine gets the form as it was read here, lest it read another one.
 */
export function structuredTokenRewriter(
  verify: (jwt: string) => Promise<boolean>,
  isRefreshToken: (token: string) => Promise<boolean>,
): BodyRewriter {
  return async (body) => {
    const form = new URLSearchParams(body.toString('utf8'));
    const tokens = form.getAll('token');
    const [token] = tokens;
    if (tokens.length !== 1 || !token) return form.toString();
    const jti = jtiOf(token);
    if (jti === undefined) {
      if (!(await isRefreshToken(token))) form.set('token', 'invalid');
      return form.toString();
    }
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

/** Reduces a registration to what counts here. @throws RequestRefused */
export function registrationRewriter(schemes: readonly string[]): BodyRewriter {
  return (body) => {
    let metadata: unknown;
    try {
      metadata = JSON.parse(body.toString('utf8'));
    } catch {
      return body;
    }
    if (typeof metadata !== 'object' || metadata === null || Array.isArray(metadata)) return body;
    return JSON.stringify(acceptedRegistration(metadata as Record<string, unknown>, schemes));
  };
}
