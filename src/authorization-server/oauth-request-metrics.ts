import { Injectable } from '@nestjs/common';
import type Provider from 'oidc-provider';
import type { KoaContextWithOIDC } from 'oidc-provider';
import { Metrics } from '../metrics/metrics.js';
import { JWKS } from '../oauth/well-known.js';
import { oauthErrorLabel } from './oauth-error-label.js';

const AUTHORIZE = '/authorize';
const TOKEN = '/token';
/** What the endpoints are called in the metric. */
const ENDPOINTS: Readonly<Record<string, string>> = {
  [AUTHORIZE]: 'authorize',
  [TOKEN]: 'token',
  '/par': 'par',
  '/register': 'register',
  '/revoke': 'revoke',
  '/introspect': 'introspect',
  [JWKS]: 'jwks',
};
const METADATA = 'metadata';
const GRANT_TYPES: ReadonlySet<string> = new Set([
  'authorization_code',
  'refresh_token',
  'client_credentials',
]);
const OTHER = '_other';

/** Counts what the OAuth endpoints are asked and answer, and the tokens that they issue. */
@Injectable()
export class OAuthRequestMetrics {
  constructor(private readonly metrics: Metrics) {
    for (const endpoint of [...Object.values(ENDPOINTS), METADATA]) {
      const grantTypes = endpoint === 'token' ? GRANT_TYPES : [''];
      for (const grantType of grantTypes) this.#count(endpoint, grantType, 'ok', 0);
    }
    for (const grant_type of GRANT_TYPES)
      metrics.tokensIssued.inc({ token_type: 'access_token', grant_type }, 0);
    // What alerts ask for.
    for (const outcome of ['invalid_client', 'invalid_grant', 'invalid_request', 'server_error'])
      for (const grantType of GRANT_TYPES) this.#count('token', grantType, outcome, 0);
  }

  /** Authorization requests end in a redirect or a page: what became of them, only the events tell. */
  follow(provider: Provider): void {
    provider.on('authorization.success', () => this.#count('authorize', '', 'ok'));
    provider.on('interaction.started', () => this.#count('authorize', '', 'interaction'));
    provider.on('authorization.error', (_context, { error, message }) =>
      // What is no error of OAuth, such as a database that is away, has its code in the message.
      this.#count('authorize', '', oauthErrorLabel(error ?? message)),
    );
    provider.on('server_error', ({ path }) => {
      if (endpointOf(path) === 'authorize') this.#count('authorize', '', 'server_error');
    });
    provider.on('grant.success', ({ oidc, body }) => {
      const grant_type = grantTypeOf(oidc.params?.['grant_type']);
      this.metrics.tokensIssued.inc({ token_type: 'access_token', grant_type });
      if ((body as { refresh_token?: unknown } | undefined)?.refresh_token !== undefined)
        this.metrics.tokensIssued.inc({ token_type: 'refresh_token', grant_type });
    });
  }

  /** The engine has answered. */
  readonly answered = ({ path, body, oidc }: KoaContextWithOIDC): void => {
    const endpoint = endpointOf(path);
    if (endpoint === 'authorize') return;
    const { error } = (body ?? {}) as { error?: unknown };
    const grantType = path === TOKEN ? grantTypeOf(oidc?.params?.['grant_type']) : '';
    this.#count(endpoint, grantType, typeof error === 'string' ? oauthErrorLabel(error) : 'ok');
  };

  /** A request to an endpoint was refused before the engine saw it. */
  refused(path: string, error: string): void {
    this.#count(endpointOf(path), path === TOKEN ? OTHER : '', oauthErrorLabel(error));
  }

  #count(endpoint: string, grant_type: string, outcome: string, by = 1): void {
    this.metrics.oauthRequests.inc({ endpoint, grant_type, outcome }, by);
  }
}

function endpointOf(path: string): string {
  if (path.startsWith(`${AUTHORIZE}/`)) return 'authorize';
  return ENDPOINTS[path] ?? (path.startsWith('/.well-known/') ? METADATA : OTHER);
}

function grantTypeOf(grantType: unknown): string {
  return typeof grantType === 'string' && GRANT_TYPES.has(grantType) ? grantType : OTHER;
}
