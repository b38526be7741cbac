import type { Configuration, KoaContextWithOIDC } from 'oidc-provider';
import type { Database } from '../storage/schema.js';
import { OFFLINE_ACCESS } from '../oauth/scopes.js';
import { JWKS } from '../oauth/well-known.js';
import type { AuthorizationServerOptions } from './authorization-server.options.js';
import { ClientAdapter } from './clients/client-adapter.js';
import type { ClientIdKeys } from './clients/client-id-keys.js';
import {
  ASSERTION_ALGORITHMS,
  CLOCK_TOLERANCE_SECONDS,
  requireShortLife,
} from './clients/client-assertion.js';
import { isDenied } from './clients/denied-clients.js';
import type { MetadataDocuments } from './clients/metadata-documents.js';
import { registration } from './clients/registration.js';
import { clientMetadata, INSPECTOR_CLIENT } from './clients/pre-registered-clients.js';
import { EntityAdapter, epochSeconds } from './entity-adapter.js';
import { renderError } from './error-response.js';
import { accountOf } from './account-of.js';
import { staysConnected } from './consent/consents.js';
import { existingGrant } from './consent/remembered-consent.js';
import { GrantAdapter } from './grants/grant-adapter.js';
import { RefreshTokenAdapter, type Redemption } from './refresh/refresh-token-adapter.js';
import { refreshTokenSeconds } from './refresh/refresh-token-lifetime.js';
import type { RefreshTokenSuccession } from './refresh/refresh-token-succession.js';
import { ReplayDetectionAdapter } from './replay-detection-adapter.js';
import { cookieName, cookiePath, pathCookieName } from './sign-in/cookies.js';
import { resourceServerInfo } from './resource-server-info.js';
import { signInPolicy, type SignInParts } from './sign-in/sign-in-policy.js';
import { SIGNING_ALGORITHMS } from './keys/signing-key.js';
import type { SigningKeys } from './keys/signing-keys.js';
import { mayIntrospect, mayRevoke } from './token-policies.js';
import { tokenClaims } from './token-claims.js';

export const AUTHORIZATION_PATH = '/authorize';
export const SIGN_IN_PATH = '/sign-in';
export const SIGN_OUT_PATH = '/sign-out';
export const CONSENT_PATH = '/consent';
export const INTERACTION_SECONDS = 600;
const DAY_SECONDS = 86_400;
const PUSHED_REQUEST_SECONDS = 60;

interface StoredClaims {
  iat: number;
  exp: number;
  jti: string;
  sub: string;
  aud: string;
  scope: string;
}

export interface ProviderParts {
  options: AuthorizationServerOptions;
  database: Database;
  keys: SigningKeys;
  cookieKeys: readonly string[];
  clientIdKeys: ClientIdKeys;
  metadataDocuments: MetadataDocuments;
  succession: RefreshTokenSuccession;
  signIn: SignInParts;
  onRefreshTokenRedeemed?: (outcome: Redemption) => void;
  /** Told of every request that the engine has answered. */
  onAnswered?: (context: KoaContextWithOIDC) => void | Promise<void>;
}

/** How oidc-provider is set up: authorization code with PKCE, refresh tokens, JWT access tokens for the MCP server, and no more. */
export function providerConfiguration(parts: ProviderParts): Configuration {
  const { options, database, keys, cookieKeys } = parts;
  return {
    adapter: (model) => adapterFor(model, parts),
    clients: [INSPECTOR_CLIENT, ...options.clients].map(clientMetadata),
    clientDefaults: {
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      token_endpoint_auth_method: 'none',
      id_token_signed_response_alg: keys.current().alg,
    },
    clientAuthMethods: ['none', 'client_secret_basic', 'client_secret_post', 'private_key_jwt'],
    assertJwtClientAuthClaimsAndHeader: (_context, claims) => requireShortLife(claims),
    clientBasedCORS: () => true,
    clockTolerance: CLOCK_TOLERANCE_SECONDS,
    cookies: {
      keys: [...cookieKeys],
      names: {
        session: cookieName('gatehouse_session', options.issuer),
        interaction: pathCookieName('gatehouse_interaction', options.issuer),
        resume: pathCookieName('gatehouse_resume', options.issuer),
      },
      long: { signed: true, httpOnly: true, sameSite: 'lax', path: cookiePath(options.issuer) },
      short: { signed: true, httpOnly: true, sameSite: 'lax' },
    },
    enabledJWA: {
      clientAuthSigningAlgValues: [...ASSERTION_ALGORITHMS],
      idTokenSigningAlgValues: [...SIGNING_ALGORITHMS],
    },
    expiresWithSession: () => false,
    fetch: parts.metadataDocuments.fetch,
    features: {
      clientIdMetadataDocument: {
        ack: 'draft-02',
        enabled: options.metadataDocuments.enabled,
        allowFetch: (_context: unknown, clientId: string) => parts.metadataDocuments.isAllowed(clientId),
        allowClient: async (_context: unknown, { clientId }: { clientId: string }) =>
          !(await isDenied(database, clientId)),
        cacheDuration: { min: 60, max: DAY_SECONDS },
      },
      clientCredentials: { enabled: true },
      devInteractions: { enabled: false },
      dPoP: { enabled: false },
      introspection: { enabled: true, allowedPolicy: mayIntrospect },
      pushedAuthorizationRequests: { enabled: true, allowUnregisteredRedirectUris: false },
      registration: registration(parts.clientIdKeys),
      resourceIndicators: {
        enabled: true,
        defaultResource: () => options.resourceIdentifier,
        getResourceServerInfo: (context, resource) => resourceServerInfo(options, keys, context, resource),
        useGrantedResource: () => true,
      },
      revocation: { enabled: true, allowedPolicy: mayRevoke },
      rpInitiatedLogout: { enabled: false },
      userinfo: { enabled: false },
    },
    extraTokenClaims: (_context, token) => tokenClaims(token),
    findAccount: (_context, subject) => accountOf(subject),
    formats: {
      customizers: {
        /** JWTs are not stored by the engine; what is needed to introspect and revoke one is, under its `jti`. */
        jwt: async (_context, token, { payload }) => {
          const { iat, exp, jti, sub, aud, scope } = payload as unknown as StoredClaims;
          const { clientId, kind } = token;
          const grantId = 'grantId' in token ? token.grantId : undefined;
          const extra = kind === 'ClientCredentials' ? { sub, ...tokenClaims(token) } : undefined;
          const stored = { iat, exp, jti, kind, clientId, accountId: sub, grantId, aud, scope, extra };
          // The engine takes no row of one kind for a token of another.
          await new EntityAdapter(database, kind).upsert(jti, stored, exp - iat);
        },
      },
    },
    interactions: {
      policy: signInPolicy(parts.signIn),
      url: (_context, { uid, prompt }) =>
        `${options.issuer}${prompt.name === 'consent' ? CONSENT_PATH : SIGN_IN_PATH}/${uid}`,
    },
    issueRefreshToken: async (_context, client, { grantId }) =>
      client.grantTypeAllowed('refresh_token') &&
      grantId !== undefined &&
      (await staysConnected(database, grantId)),
    loadExistingGrant: (context) =>
      existingGrant(context, database, (headers) => parts.signIn.sessions.ofHeaders(headers)),
    jwks: { keys: [...keys.privateJwks] },
    pkce: { required: () => true },
    renderError,
    responseTypes: ['code'],
    // A grant that is revoked in part would be known to MCP servers by the same name as before.
    revokeGrantPolicy: () => true,
    rotateRefreshToken: true,
    routes: {
      authorization: AUTHORIZATION_PATH,
      introspection: '/introspect',
      jwks: JWKS,
      pushed_authorization_request: '/par',
      registration: '/register',
      revocation: '/revoke',
      token: '/token',
    },
    scopes: [OFFLINE_ACCESS],
    subjectTypes: ['public'],
    ttl: {
      AccessToken: options.accessTokenSeconds,
      AuthorizationCode: options.authorizationCodeSeconds,
      ClientCredentials: options.accessTokenSeconds,
      Grant: options.refreshTokenMaxAgeSeconds,
      IdToken: options.accessTokenSeconds,
      Interaction: INTERACTION_SECONDS,
      PushedAuthorizationRequest: PUSHED_REQUEST_SECONDS,
      RefreshToken: (_context, token) => refreshTokenSeconds(options, token.iiat ?? epochSeconds()),
      Session: DAY_SECONDS,
    },
  };
}

function adapterFor(model: string, parts: ProviderParts): EntityAdapter {
  switch (model) {
    case 'Client':
      return new ClientAdapter(parts.database, parts.clientIdKeys);
    case 'RefreshToken':
      return refreshTokens(parts);
    case 'Grant':
      return new GrantAdapter(parts.database, model);
    case 'ReplayDetection':
      return new ReplayDetectionAdapter(parts.database);
    default:
      return new EntityAdapter(parts.database, model);
  }
}

function refreshTokens({
  database,
  options,
  succession,
  onRefreshTokenRedeemed,
}: ProviderParts): RefreshTokenAdapter {
  return new RefreshTokenAdapter(database, {
    graceSeconds: options.refreshTokenGraceSeconds,
    rememberedSeconds: options.refreshTokenSeconds,
    successorOf: succession.successorOf,
    onRedeemed: onRefreshTokenRedeemed ?? (() => undefined),
  });
}
