import { namedSecret, type Variables } from './named-secret.js';
import type { TrustedIssuerEntry } from './trusted-issuer-entry.js';
import { PRESETS } from './trusted-issuer-presets.js';

/** Where what verifies the tokens of an issuer comes from. `own`: our own authorization server, wherever it runs. */
export type TokenSource =
  | { readonly kind: 'own' }
  | { readonly kind: 'jwks'; readonly url: string }
  | { readonly kind: 'discovery'; readonly documents: DiscoveryDocuments }
  | {
      readonly kind: 'introspection';
      /** From the issuer's metadata where undefined. */
      readonly endpoint: string | undefined;
      readonly clientId: string;
      readonly clientSecret: string;
      readonly authMethod: 'client_secret_basic' | 'client_secret_post';
    };

/** `auto`: OpenID Connect Discovery, then RFC 8414. */
export type DiscoveryDocuments = 'auto' | 'openid' | 'oauth';

/** An issuer whose access tokens are accepted, with every default filled in. */
export interface TrustedIssuerSettings {
  /** Of the configuration: stands in metrics, the log and the verified token. */
  readonly id: string;
  /** The `iss` that its tokens carry, byte for byte. */
  readonly issuer: string;
  /** Our own authorization server: its revocations are known here, and its private claims mean what we mean by them. */
  readonly own: boolean;
  /** Named in the protected resource metadata. */
  readonly advertised: boolean;
  readonly source: TokenSource;
  /** `audience`: what must be among `aud`. `client-id`: the clients whose tokens are accepted, whatever `aud` says. */
  readonly audience: { readonly mode: 'audience' | 'client-id'; readonly values: readonly string[] };
  /** Asymmetric ones only. */
  readonly algorithms: readonly string[];
  readonly clockSkewSeconds: number;
  /** How long a verified token needs no second check. */
  readonly cacheTtlSeconds: number;
  /** What `typ` may say; `none` for tokens that say nothing. */
  readonly tokenTypes: readonly string[];
  /** Claim, to the values of which it must have one; `*` stands for any text. */
  readonly requiredClaims: Readonly<Record<string, readonly string[]>>;
  /** The first one that is there says who the client is. */
  readonly clientIdClaims: readonly string[];
  readonly subjectClaim: string;
  readonly scopes: ScopeRules;
}

/** How scopes are read from the claims of an issuer. */
export interface ScopeRules {
  readonly claims: readonly string[];
  /** Taken off each scope that begins with it. */
  readonly prefix: string;
  /** What stands in their scopes where a colon stands in ours. */
  readonly separator: string;
  /** Scope or role of theirs, to the scopes of ours that it stands for. */
  readonly map: Readonly<Record<string, readonly string[]>>;
  readonly groupsClaim: string;
  /** Group, to the scopes of its members. */
  readonly groupScopes: Readonly<Record<string, readonly string[]>>;
  /** Of every token. */
  readonly defaults: readonly string[];
}

/** What all issuers have in common, unless they say otherwise. */
export interface IssuerDefaults {
  readonly resourceIdentifier: string;
  readonly clockSkewSeconds: number;
  readonly cacheTtlSeconds: number;
}

/** The most usual of the algorithms that are verified here. */
export const DEFAULT_ALGORITHMS = ['ES256', 'RS256', 'PS256'] as const;

/** One that follows RFC 9068 to the letter, as our own authorization server does. */
export function strictIssuer(
  {
    id,
    issuer,
    own,
    source,
    audience,
  }: Pick<TrustedIssuerSettings, 'id' | 'issuer' | 'own' | 'source'> & {
    audience: string;
  },
  defaults: IssuerDefaults,
): TrustedIssuerSettings {
  return {
    id,
    issuer,
    own,
    advertised: true,
    source,
    audience: { mode: 'audience', values: [audience] },
    algorithms: DEFAULT_ALGORITHMS,
    clockSkewSeconds: defaults.clockSkewSeconds,
    cacheTtlSeconds: defaults.cacheTtlSeconds,
    tokenTypes: ['at+jwt'],
    requiredClaims: {},
    clientIdClaims: ['client_id'],
    subjectClaim: 'sub',
    scopes: {
      claims: ['scope'],
      prefix: '',
      separator: ':',
      map: {},
      groupsClaim: 'groups',
      groupScopes: {},
      defaults: [],
    },
  };
}

/** An entry of the YAML file over its preset, over what an issuer by RFC 9068 has. */
export function toTrustedIssuer(
  entry: TrustedIssuerEntry,
  defaults: IssuerDefaults,
  variables: Variables,
): TrustedIssuerSettings {
  const preset = entry.preset === undefined ? {} : PRESETS[entry.preset];
  const { id, issuer } = entry;
  const strict = strictIssuer(
    { id, issuer, own: false, source: sourceOf(entry, variables), audience: defaults.resourceIdentifier },
    defaults,
  );
  const listed = entry.audiences;
  const mode = entry.audienceMode ?? preset.audienceMode ?? (listed ? 'alias' : 'resource');
  return {
    ...strict,
    advertised: entry.advertised,
    audience: {
      mode: mode === 'client-id' ? 'client-id' : 'audience',
      values: mode === 'resource' ? strict.audience.values : (listed ?? []),
    },
    algorithms: entry.algorithms ?? preset.algorithms ?? strict.algorithms,
    clockSkewSeconds: entry.clockSkewSeconds ?? strict.clockSkewSeconds,
    cacheTtlSeconds: entry.cacheTtlSeconds ?? strict.cacheTtlSeconds,
    tokenTypes: entry.tokenTypes ?? preset.tokenTypes ?? strict.tokenTypes,
    requiredClaims: lists(entry.requiredClaims ?? preset.requiredClaims ?? {}),
    clientIdClaims: entry.clientIdClaims ?? preset.clientIdClaims ?? ['client_id', 'azp'],
    subjectClaim: entry.subjectClaim ?? strict.subjectClaim,
    scopes: {
      claims: entry.scopeClaims ?? preset.scopeClaims ?? strict.scopes.claims,
      prefix: entry.scopePrefix ?? '',
      separator: entry.scopeSeparator ?? preset.scopeSeparator ?? ':',
      map: lists(entry.scopeMap),
      groupsClaim: entry.groupsClaim ?? preset.groupsClaim ?? strict.scopes.groupsClaim,
      groupScopes: lists(entry.groupScopes),
      defaults: entry.defaultScopes,
    },
  };
}

function sourceOf(
  { jwksUrl, discovery, introspection }: TrustedIssuerEntry,
  variables: Variables,
): TokenSource {
  if (introspection) {
    return {
      kind: 'introspection',
      endpoint: introspection.endpoint,
      clientId: introspection.clientId,
      clientSecret: namedSecret(introspection.clientSecretEnv, variables) ?? '',
      authMethod: introspection.authMethod,
    };
  }
  return jwksUrl === undefined ? { kind: 'discovery', documents: discovery } : { kind: 'jwks', url: jwksUrl };
}

function lists(map: Readonly<Record<string, string | readonly string[]>>): Record<string, readonly string[]> {
  const entries = Object.entries(map).map(([name, value]) => [
    name,
    typeof value === 'string' ? [value] : value,
  ]);
  return Object.fromEntries(entries) as Record<string, readonly string[]>;
}
