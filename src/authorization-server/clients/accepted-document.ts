import { RequestRefused } from '../request-refused.js';
import { acceptedMetadata } from './accepted-metadata.js';
import { FetchFailed } from './guarded-fetch.js';

/** draft-ietf-oauth-client-id-metadata-document section 6.6. */
const MAX_DOCUMENT_BYTES = 5 * 1024;
/** What a document of a client may say beside what a registration may. */
const MORE_MEMBERS = ['client_id', 'jwks', 'jwks_uri', 'token_endpoint_auth_signing_alg'] as const;
/** A document that everybody can read has no secrets (section 4.1). */
const FORBIDDEN = ['client_secret', 'client_secret_expires_at'] as const;

/**
 * What counts of a document that was fetched: a metadata document is reduced as a registration is, a key set (RFC 7517 section 5) stays as
 * it is.
 * @throws FetchFailed (`refused`) that says what is wrong with it
 */
export function acceptedDocument(address: string, text: string, schemes: readonly string[]): string {
  const document = objectIn(text);
  if (Array.isArray(document['keys']) && !Object.hasOwn(document, 'client_id')) return text;
  if (document['client_id'] !== address) throw refused('its client_id is not the address that it is at');
  if (Buffer.byteLength(text) > MAX_DOCUMENT_BYTES) {
    throw refused(`it is larger than ${MAX_DOCUMENT_BYTES} bytes`);
  }
  for (const name of FORBIDDEN) {
    if (Object.hasOwn(document, name)) throw refused(`it must not have ${name}`);
  }
  const more = MORE_MEMBERS.filter((name) => Object.hasOwn(document, name));
  return JSON.stringify({
    ...metadataIn(document, schemes),
    ...Object.fromEntries(more.map((name) => [name, document[name]])),
  });
}

function objectIn(text: string): Readonly<Record<string, unknown>> {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    throw refused('it is no JSON');
  }
  if (typeof document !== 'object' || document === null || Array.isArray(document)) {
    throw refused('it is no JSON object');
  }
  return document as Readonly<Record<string, unknown>>;
}

function metadataIn(
  document: Readonly<Record<string, unknown>>,
  schemes: readonly string[],
): Record<string, unknown> {
  try {
    return acceptedMetadata(document, schemes);
  } catch (error) {
    throw error instanceof RequestRefused ? refused(error.message) : error;
  }
}

function refused(reason: string): FetchFailed {
  return new FetchFailed(reason, 'refused');
}
