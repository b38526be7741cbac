import { request, type RequestOptions } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { strangersLookup, systemLookup, type NameLookup } from './name-lookup.js';
import { isPublicAddress } from './public-address.js';

export interface GuardedFetchOptions {
  readonly timeoutMs: number;
  readonly maxBytes: number;
  /** Whether an address of the private network, or of this machine, may be asked: for tests and laptops. */
  readonly allowPrivate: boolean;
  /** Where left out, name servers are asked; with `allowPrivate` the system is. */
  readonly lookup?: NameLookup;
}

/**
 * Why there is no document: the network or its host `failed`, which may pass; what is there, or where, is `refused`; or this server is too
 * `busy` to ask.
 */
export type FetchFailure = 'failed' | 'refused' | 'busy';

/** The document could not be had. The message is for the developer of the client and tells nothing of the network here. */
export class FetchFailed extends Error {
  constructor(
    message: string,
    readonly kind: FetchFailure,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/**
 * Fetches a small document by https from an address that a stranger named, and follows no redirect. The name is resolved for this one
 * connection, which is made to exactly the addresses that were checked: a name that changes its mind (DNS rebinding) wins nothing.
 * @returns the answer, whatever its status
 * @throws FetchFailed when there is no answer in time, it is too large, or it would have to come from a special-use address
 */
export async function guardedFetch(url: URL, options: GuardedFetchOptions): Promise<Response> {
  const { timeoutMs, maxBytes, allowPrivate } = options;
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (url.protocol !== 'https:') throw new FetchFailed('only https is fetched', 'refused');
  if (!allowPrivate && isIP(host) !== 0 && !isPublicAddress(host)) throw specialUse();
  return new Promise((resolve, reject) => {
    const fail = (failure: FetchFailed): void => {
      sent.destroy();
      reject(failure);
    };
    const failed = (message: string, cause: unknown): void =>
      fail(new FetchFailed(message, 'failed', { cause }));
    const sent = request(url, requestOptions(options), (response) => {
      const chunks: Buffer[] = [];
      let received = 0;
      response.on('data', (chunk: Buffer) => {
        received += chunk.length;
        if (received > maxBytes) fail(new FetchFailed(`it is larger than ${maxBytes} bytes`, 'refused'));
        else chunks.push(chunk);
      });
      response.on('error', (error) => failed('the connection broke', error));
      response.on('end', () => {
        const headers = Object.entries(response.headers).map(([name, value]): [string, string] => [
          name,
          String(value),
        ]);
        const { statusCode: status = 502 } = response;
        const body = [204, 205, 304].includes(status) ? null : Buffer.concat(chunks);
        resolve(new Response(body, { status, headers }));
      });
    });
    sent.on('error', (error: NodeJS.ErrnoException) => {
      if (error instanceof FetchFailed) reject(error);
      else if (error.name === 'AbortError' || error.name === 'TimeoutError')
        failed(`there was no answer within ${timeoutMs} ms`, error);
      else failed('the host cannot be reached', error);
    });
    sent.on('socket', (socket) => {
      socket.once('connect', () => {
        if (!allowPrivate && !isPublicAddress(socket.remoteAddress ?? '')) fail(specialUse());
      });
    });
    sent.end();
  });
}

function specialUse(): FetchFailed {
  return new FetchFailed('its host is not on the public internet', 'refused');
}

function requestOptions({
  timeoutMs,
  allowPrivate,
  lookup = allowPrivate ? systemLookup : strangersLookup(),
}: GuardedFetchOptions): RequestOptions {
  const guarded: LookupFunction = (hostname, { all }, callback) => {
    lookup(hostname, (error, addresses) => {
      if (error) return callback(error, []);
      if (!allowPrivate && !addresses.every(({ address }) => isPublicAddress(address))) {
        return callback(specialUse(), []);
      }
      const [first] = addresses;
      if (all || !first) callback(null, addresses);
      else callback(null, first.address, first.family);
    });
  };
  return {
    agent: false,
    lookup: guarded,
    headers: { accept: 'application/json', 'accept-encoding': 'identity', 'user-agent': 'Gatehouse' },
    signal: AbortSignal.timeout(timeoutMs),
  };
}
