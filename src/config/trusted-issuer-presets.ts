/** What an identity provider does in its own way. Each is described, with the steps at the provider, in docs/identity-providers.md. */
export interface IssuerPreset {
  readonly audienceMode?: 'resource' | 'alias' | 'client-id';
  readonly algorithms?: readonly string[];
  readonly tokenTypes?: readonly string[];
  readonly requiredClaims?: Readonly<Record<string, string | readonly string[]>>;
  readonly clientIdClaims?: readonly string[];
  readonly scopeClaims?: readonly string[];
  readonly scopeSeparator?: string;
  readonly groupsClaim?: string;
}

export const PRESET_NAMES = [
  'keycloak',
  'entra',
  'okta',
  'auth0',
  'google',
  'cognito',
  'authentik',
  'zitadel',
] as const;
export type PresetName = (typeof PRESET_NAMES)[number];

export const PRESETS: Readonly<Record<PresetName, IssuerPreset>> = {
  /** ID and refresh tokens say so in their claim `typ`. */
  keycloak: {
    tokenTypes: ['JWT', 'at+jwt'],
    requiredClaims: { typ: 'Bearer' },
    clientIdClaims: ['azp', 'client_id'],
    scopeClaims: ['scope'],
    groupsClaim: 'groups',
  },
  /** ID tokens have neither `azp` nor `appid`. Scopes of users are in `scp`, application permissions in `roles`. */
  entra: {
    audienceMode: 'alias',
    algorithms: ['RS256'],
    tokenTypes: ['JWT', 'at+jwt'],
    clientIdClaims: ['azp', 'appid'],
    scopeClaims: ['scp', 'roles'],
    scopeSeparator: '.',
  },
  /** Only access tokens have `cid`. No `typ` in the header. */
  okta: {
    algorithms: ['RS256'],
    tokenTypes: ['none', 'JWT', 'at+jwt'],
    requiredClaims: { cid: '*' },
    clientIdClaims: ['cid'],
    scopeClaims: ['scp'],
  },
  /** `permissions` are those of the user, with RBAC and "Add Permissions in the Access Token". */
  auth0: {
    algorithms: ['RS256', 'PS256'],
    tokenTypes: ['JWT', 'at+jwt'],
    clientIdClaims: ['azp', 'client_id'],
    scopeClaims: ['scope'],
  },
  /** Identity tokens of service accounts: Google has no access tokens that others could verify. */
  google: {
    algorithms: ['RS256'],
    tokenTypes: ['JWT'],
    clientIdClaims: ['azp'],
    scopeClaims: [],
    groupsClaim: 'email',
  },
  /** No `typ` in the header and, without resource binding, no `aud`. */
  cognito: {
    audienceMode: 'client-id',
    algorithms: ['RS256'],
    tokenTypes: ['none', 'JWT', 'at+jwt'],
    requiredClaims: { token_use: 'access' },
    clientIdClaims: ['client_id'],
    scopeClaims: ['scope'],
    groupsClaim: 'cognito:groups',
  },
  /** Access tokens are ID tokens with `azp` and `uid`; the scopes are not in them, but in what introspection answers. */
  authentik: {
    audienceMode: 'alias',
    tokenTypes: ['JWT', 'at+jwt'],
    requiredClaims: { uid: '*' },
    clientIdClaims: ['azp', 'client_id'],
    scopeClaims: ['scope'],
    groupsClaim: 'groups',
  },
  /** Only access tokens have `jti`. Roles are the keys of a map. */
  zitadel: {
    audienceMode: 'alias',
    algorithms: ['RS256', 'ES256'],
    tokenTypes: ['JWT', 'at+jwt', 'none'],
    requiredClaims: { jti: '*' },
    clientIdClaims: ['client_id', 'azp'],
    scopeClaims: ['urn:zitadel:iam:org:project:roles'],
  },
};
