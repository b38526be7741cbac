import { LRUCache } from 'lru-cache';
import type { Logger } from '../../logging/logger.js';
import type { Metrics } from '../../metrics/metrics.js';
import type { AuthorizationServerOptions } from '../authorization-server.options.js';
import { RequestRefused } from '../request-refused.js';
import { acceptedMetadata } from './accepted-metadata.js';
import { FetchFailed, guardedFetch, type GuardedFetchOptions } from './guarded-fetch.js';

/** draft-ietf-oauth-client-id-metadata-document section 6.6. */
const MAX_DOCUMENT_BYTES = 5 * 1024;
/** Of a key set, which has no limit of its own. */
const MAX_BYTES = 64 * 1024;
const TIMEOUT_MS = 5_000;
const MAX_CONCURRENT = 20;
/** What could not be had is not asked for again so soon, milliseconds. */
const FAILURE_MS = 10_000;
/** For how long the last good copy serves while the original cannot be had, milliseconds. */
const COPY_MS = 7 * 86_400_000;
const MAX_REMEMBERED = 1_000;

/** What a document of a client may say beside what a registration may. */
const MORE_MEMBERS = ['client_id', 'jwks', 'jwks_uri', 'token_endpoint_auth_signing_alg'] as const;
/** The engine refuses a document with one of these, and is left to. */
const FORBIDDEN = ['client_secret', 'client_secret_expires_at'] as const;

/**
 * Client ID Metadata Documents (draft-ietf-oauth-client-id-metadata-document) and the key sets that they name: fetches them for the engine,
 * which checks and caches what comes back.
 */
export class MetadataDocuments {
  readonly #copies = new LRUCache<string, string>({ max: MAX_REMEMBERED, ttl: COPY_MS });
  readonly #failures = new LRUCache<string, string>({ max: MAX_REMEMBERED, ttl: FAILURE_MS });
  #running = 0;

  constructor(
    private readonly options: Pick<AuthorizationServerOptions, 'metadataDocuments' | 'redirectSchemes'>,
    private readonly metrics: Pick<Metrics, 'clientMetadataFetches'>,
    private readonly logger: Logger,
    private readonly lookup?: GuardedFetchOptions['lookup'],
  ) {}

  /** Whether a document of that host may be fetched at all. */
  isAllowed(clientId: string): boolean {
    const { allowedDomains } = this.options.metadataDocuments;
    const hostname = URL.parse(clientId)?.hostname ?? '';
    return (
      allowedDomains.length === 0 ||
      allowedDomains.some((domain) =>
        domain.startsWith('.') ? hostname.endsWith(domain) : hostname === domain,
      )
    );
  }

  /** In the form of `fetch`, as the engine calls it. @throws FetchFailed that says what is wrong with the document */
  readonly fetch = async (input: string | URL | Request): Promise<Response> => {
    const address = input instanceof Request ? input.url : String(input);
    const known = this.#failures.get(address);
    if (known !== undefined) return this.#copyOf(address, known);
    let response: Response;
    try {
      response = await this.#fetched(new URL(address));
    } catch (error) {
      const reason = error instanceof FetchFailed ? error.message : 'the host cannot be reached';
      this.#failures.set(address, reason);
      this.logger.pino.info({ err: error, address }, 'a document of a client could not be fetched');
      return this.#copyOf(address, reason);
    }
    if (response.status >= 500) {
      return this.#copyOf(address, `its host answered ${response.status}`);
    }
    if (response.status !== 200) {
      this.metrics.clientMetadataFetches.inc({ outcome: 'refused' });
      throw new FetchFailed(`its host answered ${response.status}; it has to be 200, without a redirect`);
    }
    const text = this.#accepted(address, await response.text());
    this.#copies.set(address, text);
    this.metrics.clientMetadataFetches.inc({ outcome: 'fetched' });
    return new Response(text, { headers: cacheHeaders(response) });
  };

  async #fetched(url: URL): Promise<Response> {
    if (this.#running >= MAX_CONCURRENT) throw new FetchFailed('too many documents are being fetched');
    this.#running++;
    try {
      return await guardedFetch(url, {
        timeoutMs: TIMEOUT_MS,
        maxBytes: MAX_BYTES,
        allowPrivate: this.options.metadataDocuments.allowPrivate,
        ...(this.lookup ? { lookup: this.lookup } : {}),
      });
    } finally {
      this.#running--;
    }
  }

  #copyOf(address: string, reason: string): Response {
    const copy = this.#copies.get(address);
    this.metrics.clientMetadataFetches.inc({ outcome: copy === undefined ? 'failed' : 'copy' });
    if (copy === undefined) throw new FetchFailed(reason);
    return new Response(copy);
  }

  /** A metadata document is reduced to what counts here, as a registration is. A key set stays as it is. */
  #accepted(address: string, text: string): string {
    let document: unknown;
    try {
      document = JSON.parse(text);
    } catch {
      throw new FetchFailed('it is no JSON');
    }
    const metadata = document as Record<string, unknown> | null;
    if (metadata?.['client_id'] !== address) return text;
    if (Buffer.byteLength(text) > MAX_DOCUMENT_BYTES) {
      throw new FetchFailed(`it is larger than ${MAX_DOCUMENT_BYTES} bytes`);
    }
    if (FORBIDDEN.some((name) => name in metadata)) return text;
    try {
      const more = MORE_MEMBERS.filter((name) => Object.hasOwn(metadata, name));
      return JSON.stringify({
        ...acceptedMetadata(metadata, this.options.redirectSchemes),
        ...Object.fromEntries(more.map((name) => [name, metadata[name]])),
      });
    } catch (error) {
      throw error instanceof RequestRefused ? new FetchFailed(error.message) : error;
    }
  }
}

function cacheHeaders({ headers }: Response): Record<string, string> {
  const control = headers.get('cache-control');
  return control === null ? {} : { 'cache-control': control };
}
