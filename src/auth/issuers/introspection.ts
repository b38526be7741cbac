import { LRUCache } from 'lru-cache';
import { hash } from 'node:crypto';
import {
  caller,
  clientIdOf,
  hasRequired,
  isText,
  isTime,
  requireAccessToken,
} from '../access-token-claims.js';
import { AuthenticationFailure } from '../authentication-failure.js';
import { readUnverified } from '../unverified-token.js';
import type { VerifiedToken } from '../verified-token.js';
import { claimValue, type Claims } from './claim-value.js';
import { FetchFailure } from './fetch-failure.js';
import { fetchJson } from './fetch-json.js';
import type { IssuerRequests } from './issuer-requests.js';
import type { TrustedIssuer } from './trusted-issuer.js';

/** Requests to an issuer at a time: strangers who make up tokens must not be able to flood it through us. */
const MAX_RUNNING = 50;
/** How long a token that is not active is refused without asking again. */
const INACTIVE_MS = 10_000;
const MAX_INACTIVE = 10_000;
const TOKEN_TYPES = ['bearer', 'access_token'];

export interface IntrospectionOptions {
  readonly issuer: TrustedIssuer;
  /** @throws FetchFailure */
  readonly endpoint: (signal: AbortSignal) => Promise<URL>;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly authMethod: 'client_secret_basic' | 'client_secret_post';
  readonly timeoutMs: number;
  readonly requests: IssuerRequests;
  /** Told of each question that was not answered. */
  readonly onFailed: (failure: FetchFailure) => void;
}

/**
 * Asks an authorization server about tokens (RFC 7662): once however many wait for the answer. That a token is active is remembered by
 * the verified-token cache, that it is not for some seconds here.
 */
export class Introspection {
  readonly #options: IntrospectionOptions;
  readonly #running = new Map<string, Promise<VerifiedToken>>();
  readonly #inactive = new LRUCache<string, true>({ max: MAX_INACTIVE, ttl: INACTIVE_MS });

  constructor(options: IntrospectionOptions) {
    this.#options = options;
  }

  /** @throws AuthenticationFailure `introspection_unavailable` where the server gives no good answer */
  verify(rawToken: string): Promise<VerifiedToken> {
    const key = hash('sha256', rawToken, 'base64');
    if (this.#inactive.has(key)) return Promise.reject(new AuthenticationFailure('inactive'));
    let running = this.#running.get(key);
    if (!running) {
      running = this.#verify(rawToken, key).finally(() => this.#running.delete(key));
      this.#running.set(key, running);
    }
    return running;
  }

  async #verify(rawToken: string, key: string): Promise<VerifiedToken> {
    const { issuer } = this.#options;
    const token = readUnverified(rawToken);
    if (token.kind === 'jwt') requireAccessToken(token.header['typ'], token.payload ?? {}, issuer);
    const claims = await this.#ask(rawToken);
    if (claims['active'] !== true) {
      this.#inactive.set(key, true);
      throw new AuthenticationFailure('inactive');
    }
    return introspectedToken(claims, issuer, Math.floor(Date.now() / 1000));
  }

  async #ask(rawToken: string): Promise<Claims> {
    const { requests, endpoint, timeoutMs, onFailed } = this.#options;
    const busy = this.#running.size >= MAX_RUNNING;
    try {
      const signal = AbortSignal.timeout(timeoutMs);
      const url = await endpoint(signal);
      return await requests.counted('introspection', async () => {
        if (busy) throw new FetchFailure('busy', 'too many tokens are being asked about');
        const { value } = await fetchJson(url, { ...this.#request(rawToken), signal });
        if (typeof value['active'] !== 'boolean') {
          throw new FetchFailure('malformed', `${url.href} does not say whether the token is active`);
        }
        return value;
      });
    } catch (error) {
      if (error instanceof FetchFailure) onFailed(error);
      throw new AuthenticationFailure('introspection_unavailable', { cause: error });
    }
  }

  #request(rawToken: string): { method: string; headers: Record<string, string>; body: URLSearchParams } {
    const { clientId, clientSecret, authMethod } = this.#options;
    const body = new URLSearchParams({ token: rawToken, token_type_hint: 'access_token' });
    const headers: Record<string, string> = { accept: 'application/json' };
    if (authMethod === 'client_secret_post') {
      body.set('client_id', clientId);
      body.set('client_secret', clientSecret);
    } else {
      // RFC 6749 section 2.3.1: both are form-encoded first.
      const credentials = `${formEncoded(clientId)}:${formEncoded(clientSecret)}`;
      headers['authorization'] = `Basic ${Buffer.from(credentials).toString('base64')}`;
    }
    return { method: 'POST', headers, body };
  }
}

/**
 * What an active answer says (RFC 7662 section 2.2). Where it names no end, the token is believed for the issuer's cache lifetime.
 * @throws AuthenticationFailure for what is meant for somebody else, is no access token, or is not valid at this time
 */
export function introspectedToken(claims: Claims, issuer: TrustedIssuer, nowSeconds: number): VerifiedToken {
  const { iss, aud, exp, nbf, iat, token_type: type } = claims;
  if (iss !== undefined && iss !== issuer.issuer) throw new AuthenticationFailure('issuer');
  if (type !== undefined && !(typeof type === 'string' && TOKEN_TYPES.includes(type.toLowerCase()))) {
    throw new AuthenticationFailure('token_type');
  }
  if (!hasRequired(claims, issuer)) throw new AuthenticationFailure('token_type');
  if (issuer.audience.mode === 'audience' && !isFor(aud, issuer.audience.values)) {
    throw new AuthenticationFailure('audience');
  }
  for (const time of [exp, nbf, iat]) {
    if (time !== undefined && !isTime(time)) throw new AuthenticationFailure('claims');
  }
  const { clockSkewSeconds: skew, cacheTtlSeconds } = issuer;
  if (isTime(exp) && exp + skew <= nowSeconds) throw new AuthenticationFailure('expired');
  if ([nbf, iat].some((time) => isTime(time) && time > nowSeconds + skew)) {
    throw new AuthenticationFailure('not_yet_valid');
  }
  const clientId = clientIdOf(claims, issuer);
  const subject = claimValue(claims, issuer.subjectClaim) ?? clientId;
  if (!isText(subject)) throw new AuthenticationFailure('claims');
  const expiresAt = isTime(exp) ? exp : nowSeconds + cacheTtlSeconds;
  return caller({ claims, subject, clientId, expiresAt }, issuer);
}

function isFor(aud: unknown, audiences: readonly string[]): boolean {
  const named: readonly unknown[] = Array.isArray(aud) ? aud : [aud];
  return named.some((one) => typeof one === 'string' && audiences.includes(one));
}

function formEncoded(value: string): string {
  return new URLSearchParams({ '': value }).toString().slice(1);
}
