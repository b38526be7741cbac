import type { EventEmitter } from 'node:events';
import { createLocalJWKSet, jwtVerify } from 'jose';
import { type errors, type KoaContextWithOIDC, Provider } from 'oidc-provider';
import type { Logger } from '../logging/logger.js';
import { OFFLINE_ACCESS } from '../oauth/scopes.js';
import { AUTHORIZATION_SERVER_METADATA, OPENID_CONFIGURATION } from '../oauth/well-known.js';
import { DatabaseError } from '../storage/database-error.js';
import { AUTHORIZATION_PATH, providerConfiguration, type ProviderParts } from './provider-configuration.js';
import { rateLimitBehind, TOO_MANY } from './rate-limits/rate-limited.js';
import type { RefreshTokenSuccession } from './refresh/refresh-token-succession.js';
import { publicErrorDescription } from './public-error-description.js';

/** What the engine tells of requests that it refused; a database that is away is among the reasons. */
const REFUSALS = [
  'authorization.error',
  'discovery.error',
  'grant.error',
  'introspection.error',
  'jwks.error',
  'pushed_authorization_request.error',
  'registration_create.error',
  'revocation.error',
];

const RETRY_AFTER_SECONDS = '5';

/** What the engine calls an invalid request, and RFC 6749 section 5.2 an unauthorized client. */
const GRANT_NOT_ALLOWED = 'requested grant type is not allowed for this client';

/** Members of OpenID Connect Discovery that would promise what this server does not do. */
const NOT_OFFERED = ['claims_parameter_supported', 'claims_supported', 'request_uri_parameter_supported'];

/**
 * For the page of the engine that posts a code to the client (OAuth 2.0 Form Post Response Mode): nobody frames it, and only its own
 * script runs, whose digest the engine adds to `script-src`. No `form-action`, as on our pages.
 */
const PAGE_HEADERS = {
  'Content-Security-Policy': "default-src 'none'; script-src; frame-ancestors 'none'; base-uri 'none'",
  'X-Frame-Options': 'DENY',
  'X-Content-Type-Options': 'nosniff',
};

/** Builds the engine and adds what it leaves to its host: discovery in our words, errors that help, failures in our log. */
export function createProvider(parts: ProviderParts, logger: Logger): Provider {
  const provider = new Provider(parts.options.issuer, providerConfiguration(parts));
  provider.proxy = true;
  deriveSuccessors(provider, parts.succession);
  const failures = new WeakMap<KoaContextWithOIDC, errors.OIDCProviderError>();
  const remember = (context: KoaContextWithOIDC, error: errors.OIDCProviderError): void => {
    failures.set(context, error);
  };
  provider.on('grant.error', remember);
  provider.on('authorization.error', remember);
  provider.on('pushed_authorization_request.error', remember);
  const logFailure = (context: KoaContextWithOIDC, error: Error): void => {
    const requestId = context.req.headers['x-request-id'];
    logger.pino.error({ err: error, requestId, path: context.path }, 'the authorization server failed');
  };
  provider.on('server_error', logFailure);
  const refusals: EventEmitter = provider;
  for (const event of REFUSALS) {
    refusals.on(event, (context: KoaContextWithOIDC, error: Error) => {
      if (error instanceof DatabaseError) logFailure(context, error);
    });
  }
  provider.use(async (context, next) => {
    if (context.path.startsWith(AUTHORIZATION_PATH)) context.set(PAGE_HEADERS);
    await next();
    if (context.status === 503) context.set('Retry-After', RETRY_AFTER_SECONDS);
    const body = context.body as Record<string, unknown> | undefined;
    const failure = failures.get(context as KoaContextWithOIDC);
    const limited = rateLimitBehind(failure);
    if (limited) {
      context.status = 429;
      context.set('Retry-After', String(limited.seconds));
    }
    if (context.path === AUTHORIZATION_SERVER_METADATA || context.path === OPENID_CONFIGURATION) {
      if (body) describeServer(body, [...parts.options.scopes.names(), OFFLINE_ACCESS]);
    } else if (body?.['error_description'] !== undefined) {
      if (body['error_description'] === GRANT_NOT_ALLOWED) body['error'] = 'unauthorized_client';
      if (limited) body['error'] = TOO_MANY;
      body['error_description'] = publicErrorDescription(failure) ?? body['error_description'];
    }
    await parts.onAnswered?.(context as KoaContextWithOIDC);
  });
  return provider;
}

/** A refresh token that follows another one is derived from it; the first of a family is random. */
function deriveSuccessors(provider: Provider, { successorOf }: RefreshTokenSuccession): void {
  const tokens = provider.RefreshToken.prototype as unknown as { generateTokenId: () => string };
  tokens.generateTokenId = new Proxy(tokens.generateTokenId, {
    apply: (random, token) => {
      const rotated = Provider.ctx?.oidc.entities.RotatedRefreshToken;
      return rotated ? successorOf(rotated.jti) : Reflect.apply(random, token, []);
    },
  });
}

function describeServer(metadata: Record<string, unknown>, scopes: readonly string[]): void {
  for (const member of NOT_OFFERED) delete metadata[member];
  metadata['scopes_supported'] = scopes;
  metadata['response_modes_supported'] = ['query', 'form_post'];
}

/** Tells whether a JWT is an access token that was signed here, whatever else has become of it. */
export function ownTokenVerifier({
  keys,
  options,
}: Pick<ProviderParts, 'keys' | 'options'>): (jwt: string) => Promise<boolean> {
  return async (jwt) => {
    try {
      await jwtVerify(jwt, createLocalJWKSet(keys.publicJwks), { issuer: options.issuer, typ: 'at+jwt' });
      return true;
    } catch {
      return false;
    }
  };
}
