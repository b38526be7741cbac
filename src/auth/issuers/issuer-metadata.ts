import { FetchFailure } from './fetch-failure.js';
import { fetchJson, type JsonAnswer } from './fetch-json.js';
import type { IssuerRequests } from './issuer-requests.js';
import { isProtected } from './protected-url.js';

/** How long a document is believed; one that led nowhere is asked for again at once. */
const FRESH_MS = 3_600_000;

export interface IssuerMetadataOptions {
  readonly issuer: string;
  /** `auto`: OpenID Connect Discovery, then RFC 8414. */
  readonly documents: 'auto' | 'openid' | 'oauth';
  readonly requests: IssuerRequests;
}

/** What an issuer publishes of itself (OpenID Connect Discovery 1.0 section 4, RFC 8414 section 3). */
export class IssuerMetadata {
  #known: { answer: JsonAnswer; at: number } | undefined;

  constructor(private readonly options: IssuerMetadataOptions) {}

  /** @throws FetchFailure, also where the document names another issuer, byte for byte */
  async read(signal: AbortSignal): Promise<JsonAnswer> {
    if (this.#known && performance.now() - this.#known.at < FRESH_MS) return this.#known.answer;
    const [first, second] = metadataUrls(this.options.issuer, this.options.documents);
    const answer = await this.#fetch(first as URL, signal).catch((error: unknown) => {
      if (second === undefined || signal.aborted) throw error;
      // What was wrong with the usual one says more, where neither is there.
      return this.#fetch(second, signal).catch(() => {
        throw error;
      });
    });
    this.#known = { answer, at: performance.now() };
    return answer;
  }

  /** An address that the document names. @throws FetchFailure where there is none, or it is neither https nor of this computer */
  async endpoint(name: 'jwks_uri' | 'introspection_endpoint', signal: AbortSignal): Promise<URL> {
    const value = (await this.read(signal)).value[name];
    const url = typeof value === 'string' ? URL.parse(value) : null;
    if (!url) throw new FetchFailure('malformed', `the metadata of ${this.options.issuer} has no ${name}`);
    if (!isProtected(url)) {
      throw new FetchFailure(
        'malformed',
        `${name} of ${this.options.issuer} is ${url.href}, which is not https`,
      );
    }
    return url;
  }

  /** Where it led nowhere, it is read again before it is used again. */
  forget(): void {
    this.#known = undefined;
  }

  #fetch(url: URL, signal: AbortSignal): Promise<JsonAnswer> {
    const { issuer, requests } = this.options;
    return requests.counted('discovery', async () => {
      const answer = await fetchJson(url, { signal });
      const named = answer.value['issuer'];
      if (named !== issuer) {
        throw new FetchFailure(
          'issuer_mismatch',
          `${url.href} names the issuer ${JSON.stringify(named)?.slice(0, 300)}, and not ${JSON.stringify(issuer)}`,
        );
      }
      return answer;
    });
  }
}

/** Where the documents of an issuer are. */
export function metadataUrls(issuer: string, documents: 'auto' | 'openid' | 'oauth'): URL[] {
  const { origin, pathname } = new URL(issuer);
  const path = pathname.replace(/\/$/, '');
  const openid = new URL(`${origin}${path}/.well-known/openid-configuration`);
  const oauth = new URL(`${origin}/.well-known/oauth-authorization-server${path}`);
  return { openid: [openid], oauth: [oauth], auto: [openid, oauth] }[documents];
}
