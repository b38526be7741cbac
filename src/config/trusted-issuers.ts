import type { ConfigFile } from './config-file.js';
import type { Environment } from './environment.js';
import type { Variables } from './named-secret.js';
import { strictIssuer, toTrustedIssuer, type TrustedIssuerSettings } from './trusted-issuer.js';

/** Our own issuer, or the one of `TOKEN_ISSUER` in its place, and those of the YAML file behind it. */
export function toTrustedIssuers(
  environment: Environment,
  { trustedIssuers = [] }: Partial<ConfigFile>,
  own: { readonly issuer: string; readonly resourceIdentifier: string; readonly variables: Variables },
): TrustedIssuerSettings[] {
  const { AUTHORIZATION, TOKEN_ISSUER, TOKEN_JWKS_URL, TOKEN_AUDIENCE } = environment;
  const defaults = {
    resourceIdentifier: own.resourceIdentifier,
    clockSkewSeconds: environment.TOKEN_CLOCK_SKEW_SECONDS,
    cacheTtlSeconds: environment.TOKEN_CACHE_TTL_SECONDS,
  };
  const listed = trustedIssuers.map((entry) => toTrustedIssuer(entry, defaults, own.variables));
  if (AUTHORIZATION === 'external' && TOKEN_ISSUER === undefined) return listed;
  const issuer = TOKEN_ISSUER ?? own.issuer;
  const ownKeys = TOKEN_JWKS_URL === undefined || isOurs(TOKEN_JWKS_URL, environment);
  const first = strictIssuer(
    {
      id: issuer === own.issuer ? 'own' : 'token-issuer',
      issuer,
      own: issuer === own.issuer && ownKeys && AUTHORIZATION === 'own',
      source: TOKEN_JWKS_URL === undefined ? { kind: 'own' } : { kind: 'jwks', url: TOKEN_JWKS_URL },
      audience: TOKEN_AUDIENCE ?? own.resourceIdentifier,
    },
    defaults,
  );
  return [first, ...listed];
}

function isOurs(jwksUrl: string, { PUBLIC_URL, AUTHORIZATION_SERVER_URL }: Environment): boolean {
  const { origin } = new URL(jwksUrl);
  return [PUBLIC_URL, AUTHORIZATION_SERVER_URL].some((url) => new URL(url).origin === origin);
}
