import { LRUCache } from 'lru-cache';
import type { Logger } from '../../logging/logger.js';
import type { Metrics } from '../../metrics/metrics.js';
import type { AuthorizationServerOptions } from '../authorization-server.options.js';
import { RateLimited } from '../rate-limits/rate-limited.js';
import { acceptedDocument } from './accepted-document.js';
import { FetchSlots } from './fetch-slots.js';
import { FetchFailed, guardedFetch } from './guarded-fetch.js';

/** Of a key set, which has no limit of its own; a metadata document may be much smaller only. */
const MAX_BYTES = 64 * 1024;
const TIMEOUT_MS = 5_000;
const MAX_FETCHES = 100;
const MAX_FETCHES_PER_HOST = 4;
/** What could not be had is not asked for again so soon, milliseconds. */
const FAILURE_MS = 10_000;
/** For how long the last good copy serves while the original cannot be had, milliseconds. */
const COPY_MS = 7 * 86_400_000;
const MAX_REMEMBERED = 1_000;
const MAX_COPIES_LENGTH = 16 * 1024 * 1024;
const BY_DATE = { perf: { now: () => Date.now() }, ttlResolution: 0 };

interface FetchedDocument {
  readonly text: string;
  readonly headers: Record<string, string>;
}

/**
 * Client ID Metadata Documents (draft-ietf-oauth-client-id-metadata-document) and the key sets that they name: fetches them for the engine,
 * which checks and caches what comes back. While a host fails, the last good copy serves; what its host takes back is gone at once.
 */
export class MetadataDocuments {
  readonly #copies = new LRUCache<string, string>({
    max: MAX_REMEMBERED,
    maxSize: MAX_COPIES_LENGTH,
    sizeCalculation: (text) => text.length,
    ttl: COPY_MS,
    ...BY_DATE,
  });
  readonly #failures = new LRUCache<string, FetchFailed>({
    max: MAX_REMEMBERED,
    ttl: FAILURE_MS,
    ...BY_DATE,
  });
  readonly #running = new Map<string, Promise<FetchedDocument>>();
  readonly #slots = new FetchSlots({ total: MAX_FETCHES, perHost: MAX_FETCHES_PER_HOST });

  constructor(
    private readonly options: Pick<AuthorizationServerOptions, 'metadataDocuments' | 'redirectSchemes'>,
    private readonly metrics: Pick<Metrics, 'clientMetadataFetches'>,
    private readonly logger: Logger,
    private readonly fetchFrom: typeof guardedFetch = guardedFetch,
    /** Rejects where whoever brought about a fetch has had enough of them. */
    private readonly admit: () => Promise<void> = () => Promise.resolve(),
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
    try {
      const { text, headers } = await this.#once(address);
      this.metrics.clientMetadataFetches.inc({ outcome: 'fetched' });
      return new Response(text, { headers });
    } catch (error) {
      return this.#copyInstead(address, failureOf(error));
    }
  };

  /** The document, fetched once for all who ask for it at the same time. */
  #once(address: string): Promise<FetchedDocument> {
    const failure = this.#failures.get(address);
    if (failure) return Promise.reject(failure);
    const running = this.#running.get(address);
    if (running) return running;
    const started = this.#fetched(address).finally(() => this.#running.delete(address));
    this.#running.set(address, started);
    return started;
  }

  async #fetched(address: string): Promise<FetchedDocument> {
    try {
      await this.admit();
      const url = new URL(address);
      const response = await this.#slots.run(url.hostname, () =>
        this.fetchFrom(url, {
          timeoutMs: TIMEOUT_MS,
          maxBytes: MAX_BYTES,
          allowPrivate: this.options.metadataDocuments.allowPrivate,
        }),
      );
      requireOk(response);
      const text = acceptedDocument(address, await response.text(), this.options.redirectSchemes);
      this.#copies.set(address, text);
      return { text, headers: cacheHeaders(response) };
    } catch (error) {
      this.#remember(address, failureOf(error));
      throw error;
    }
  }

  /** That this server is busy says nothing about the document. */
  #remember(address: string, failure: FetchFailed): void {
    this.logger.pino.info({ err: failure, address }, 'a document of a client could not be fetched');
    if (failure.kind === 'busy') return;
    this.#failures.set(address, failure);
    if (failure.kind === 'refused') this.#copies.delete(address);
  }

  #copyInstead(address: string, failure: FetchFailed): Response {
    const copy = this.#copies.get(address);
    this.metrics.clientMetadataFetches.inc({ outcome: copy === undefined ? failure.kind : 'copy' });
    if (copy === undefined) throw failure;
    return new Response(copy);
  }
}

function requireOk({ status }: Response): void {
  if (status === 200) return;
  if (status >= 500) throw new FetchFailed(`its host answered ${status}`, 'failed');
  throw new FetchFailed(`its host answered ${status}; it has to be 200, without a redirect`, 'refused');
}

function failureOf(error: unknown): FetchFailed {
  if (error instanceof FetchFailed) return error;
  if (error instanceof RateLimited) return new FetchFailed(error.message, 'busy', { cause: error });
  return new FetchFailed('the host cannot be reached', 'failed', { cause: error });
}

function cacheHeaders({ headers }: Response): Record<string, string> {
  const control = headers.get('cache-control');
  return control === null ? {} : { 'cache-control': control };
}
