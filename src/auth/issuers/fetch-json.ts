import { FetchFailure } from './fetch-failure.js';

/** Bytes of an answer. The largest discovery documents and key sets known have some tens of thousands. */
export const MAX_ANSWER_BYTES = 1_048_576;
/** `application/json` and its kin such as `application/jwk-set+json`. A page that says that something failed is none. */
const JSON_TYPE = /^application\/(?:[a-z0-9!#$&^_.+-]+\+)?json\s*(?:;|$)/i;

export interface JsonAnswer {
  readonly text: string;
  readonly value: Readonly<Record<string, unknown>>;
}

/**
 * A JSON object from an issuer. Follows no redirect: what an issuer says, it says at the address that the configuration names. An answer
 * that names no content type is taken for JSON.
 * @param signal ends the request, the body included
 * @throws FetchFailure
 */
export async function fetchJson(
  url: URL,
  { signal, ...init }: Pick<RequestInit, 'method' | 'headers' | 'body'> & { signal: AbortSignal },
): Promise<JsonAnswer> {
  let response: Response;
  try {
    response = await fetch(url, { ...init, signal, redirect: 'manual' });
  } catch (error) {
    throw interrupted(error, url, signal);
  }
  try {
    requireGood(response, url);
    return parse(await boundedText(response, url), url);
  } catch (error) {
    await response.body?.cancel().catch(() => undefined);
    throw error instanceof FetchFailure ? error : interrupted(error, url, signal);
  }
}

function requireGood({ status, headers }: Response, url: URL): void {
  if (status >= 300 && status < 400) {
    throw new FetchFailure(
      'redirect',
      `${url.href} redirects, which is not followed; configure where it leads`,
    );
  }
  if (status !== 200) throw new FetchFailure('status', `${url.href} answered ${status}`);
  const type = headers.get('content-type');
  if (type !== null && !JSON_TYPE.test(type)) {
    throw new FetchFailure(
      'content_type',
      `${url.href} answered with ${type.slice(0, 100)} in place of JSON`,
    );
  }
}

async function boundedText(response: Response, url: URL): Promise<string> {
  const tooLarge = (): FetchFailure =>
    new FetchFailure('too_large', `${url.href} answered with more than ${MAX_ANSWER_BYTES} bytes`);
  if (Number(response.headers.get('content-length') ?? 0) > MAX_ANSWER_BYTES) throw tooLarge();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength;
    if (size > MAX_ANSWER_BYTES) throw tooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parse(text: string, url: URL): JsonAnswer {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new FetchFailure('malformed', `${url.href} answered with what is no JSON`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new FetchFailure('malformed', `${url.href} answered with what is no JSON object`);
  }
  return { text, value: value as Record<string, unknown> };
}

function interrupted(error: unknown, url: URL, signal: AbortSignal): FetchFailure {
  return signal.aborted
    ? new FetchFailure('timeout', `${url.href} did not answer in time`, { cause: error })
    : new FetchFailure('unreachable', `${url.href} cannot be reached`, { cause: error });
}
