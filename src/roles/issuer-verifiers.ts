import type { INestApplicationContext } from '@nestjs/common';
import { FetchFailure } from '../auth/issuers/fetch-failure.js';
import { fetchJson } from '../auth/issuers/fetch-json.js';
import { Introspection } from '../auth/issuers/introspection.js';
import { IssuerMetadata } from '../auth/issuers/issuer-metadata.js';
import type { IssuerVerifier } from '../auth/issuers/issuer-registry.js';
import { IssuerRequests } from '../auth/issuers/issuer-requests.js';
import { localKeySource } from '../auth/keys/jwks-key-source.js';
import { RemoteKeys } from '../auth/keys/remote-keys.js';
import { usableKeys } from '../auth/keys/usable-keys.js';
import { GatehouseConfig } from '../config/gatehouse-config.js';
import type { TokenSource, TrustedIssuerSettings } from '../config/trusted-issuer.js';
import { Logger } from '../logging/logger.js';
import { Metrics } from '../metrics/metrics.js';
import { JWKS } from '../oauth/well-known.js';
import type { AuthorizationServerRole } from './authorization-server.role.js';

/** Less than a new key of ours is published before it signs: whoever meets it may fetch it, even if somebody just fetched for a forged one. */
const JWKS_COOLDOWN_MS = 5_000;

/** What verifies the tokens of each issuer of the configuration. Keys of an authorization server in this process are read in memory. */
export function issuerVerifiers(
  core: INestApplicationContext,
  authorizationServer: AuthorizationServerRole | undefined,
  onKeyRemoved: (issuerId: string) => void,
): IssuerVerifier[] {
  return core.get<GatehouseConfig>(GatehouseConfig).trustedIssuers.map((issuer) => {
    warn(core, issuer);
    if (issuer.source.kind === 'introspection') {
      return { issuer, introspection: introspection(core, issuer, issuer.source) };
    }
    if (issuer.source.kind === 'own' && authorizationServer) {
      return { issuer, keys: localKeySource(() => authorizationServer.keys.publicJwks) };
    }
    return { issuer, keys: remoteKeys(core, issuer, () => onKeyRemoved(issuer.id)) };
  });
}

function remoteKeys(
  core: INestApplicationContext,
  { id, issuer, source }: TrustedIssuerSettings,
  onRemoved: () => void,
): RemoteKeys {
  const config = core.get<GatehouseConfig>(GatehouseConfig);
  const { keys: metrics } = core.get(Metrics);
  const requests = requestsTo(core, id);
  requests.announce(source.kind === 'discovery' ? ['keys', 'discovery'] : ['keys']);
  metrics.announce(id);
  const metadata =
    source.kind === 'discovery'
      ? new IssuerMetadata({ issuer, documents: source.documents, requests })
      : undefined;
  const fixed = source.kind === 'jwks' ? source.url : `${config.remoteUrls['authorization-server']}${JWKS}`;
  const failures = new Failures(core, id);
  return new RemoteKeys({
    fetch: async (signal) => {
      const url = metadata ? await metadata.endpoint('jwks_uri', signal) : new URL(fixed);
      return requests.counted('keys', async () => usableKeys((await fetchJson(url, { signal })).value));
    },
    timeoutMs: config.token.issuerTimeoutSeconds * 1000,
    freshMs: config.token.jwksCacheTtlSeconds * 1000,
    staleMs: config.token.jwksStaleSeconds * 1000,
    cooldownMs: JWKS_COOLDOWN_MS,
    onRemoved,
    onRefreshed: (failure) => {
      metrics.jwksRefreshes.inc({ issuer: id, result: failure ? 'failed' : 'ok' });
      if (failure) metadata?.forget();
      failures.note(
        failure,
        'the keys of an issuer cannot be fetched: its tokens are verified with those that are there',
      );
    },
  });
}

function introspection(
  core: INestApplicationContext,
  issuer: TrustedIssuerSettings,
  source: Extract<TokenSource, { kind: 'introspection' }>,
): Introspection {
  const { issuerTimeoutSeconds } = core.get<GatehouseConfig>(GatehouseConfig).token;
  const requests = requestsTo(core, issuer.id);
  const { endpoint } = source;
  requests.announce(endpoint === undefined ? ['introspection', 'discovery'] : ['introspection']);
  const metadata = new IssuerMetadata({ issuer: issuer.issuer, documents: 'auto', requests });
  return new Introspection({
    ...source,
    issuer,
    requests,
    timeoutMs: issuerTimeoutSeconds * 1000,
    endpoint: async (signal) =>
      endpoint === undefined ? metadata.endpoint('introspection_endpoint', signal) : new URL(endpoint),
    onFailed: () => metadata.forget(),
  });
}

function requestsTo(core: INestApplicationContext, issuerId: string): IssuerRequests {
  return new IssuerRequests(issuerId, core.get(Metrics).keys);
}

/** Says once in the log that something does not work, and once that it works again. */
class Failures {
  #failing = false;

  constructor(
    private readonly core: INestApplicationContext,
    private readonly issuer: string,
  ) {}

  note(failure: FetchFailure | undefined, message: string): void {
    const { pino } = this.core.get<Logger>(Logger);
    if (failure && !this.#failing)
      pino.error({ issuer: this.issuer, fault: failure.fault, err: failure }, message);
    if (!failure && this.#failing)
      pino.info({ issuer: this.issuer }, 'the keys of the issuer can be fetched again');
    this.#failing = failure !== undefined;
  }
}

function warn(core: INestApplicationContext, { id, audience }: TrustedIssuerSettings): void {
  if (audience.mode !== 'client-id') return;
  core
    .get<Logger>(Logger)
    .pino.warn(
      { issuer: id, clients: audience.values },
      'audienceMode client-id: every access token of these clients is accepted, also one that was made for another server',
    );
}
