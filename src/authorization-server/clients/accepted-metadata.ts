import { RequestRefused } from '../request-refused.js';
import { redirectUriProblem } from './redirect-uri.js';

/** What a client may say of itself (RFC 7591 section 2). None of it makes this server fetch something. */
const REGISTERED: readonly string[] = [
  'application_type',
  'client_name',
  'client_uri',
  'grant_types',
  'redirect_uris',
  'response_types',
  'token_endpoint_auth_method',
];

const GRANT_TYPES: ReadonlySet<unknown> = new Set(['authorization_code', 'refresh_token']);
const MAX_REDIRECT_URIS = 20;
const MAX_NAME_LENGTH = 120;
const MAX_URI_LENGTH = 300;

/**
 * The part of a client's metadata that counts here. Clients also name scopes, which are decided at each authorization, grants that this
 * server does not have for them, and much that nobody reads: all that is passed over (RFC 7591 section 2). A client with a redirect URI
 * that is not https is a native one, whatever it says.
 * @throws RequestRefused that names the redirect URI which cannot be used, or the member that is of a wrong kind, and why
 */
export function acceptedMetadata(
  metadata: Readonly<Record<string, unknown>>,
  schemes: readonly string[],
): Record<string, unknown> {
  const accepted = Object.fromEntries(
    REGISTERED.filter((name) => Object.hasOwn(metadata, name)).map((name) => [name, metadata[name]]),
  );
  refuseNested(accepted);
  const { redirect_uris: uris, grant_types: grants, client_uri: home } = accepted;
  if (Array.isArray(uris)) {
    refuseBadRedirectUris(uris, schemes);
    if (uris.some((uri) => !/^https:/i.test(uri as string))) accepted['application_type'] = 'native';
  }
  if (Array.isArray(grants)) accepted['grant_types'] = grants.filter((grant) => GRANT_TYPES.has(grant));
  if (typeof home !== 'string' || home.length > MAX_URI_LENGTH || !/^https?:\/\/[^/]/i.test(home)) {
    delete accepted['client_uri'];
  }
  if (typeof accepted['client_name'] === 'string') {
    accepted['client_name'] = accepted['client_name'].slice(0, MAX_NAME_LENGTH);
  }
  return accepted;
}

/**
 * The same of a registration, which also settles how a client authenticates that does not say it: by a secret (RFC 7591 section 2), save
 * for a native one, which could not keep it (RFC 8252 section 8.5).
 * @throws RequestRefused as above
 */
export function acceptedRegistration(
  metadata: Readonly<Record<string, unknown>>,
  schemes: readonly string[],
): Record<string, unknown> {
  const accepted = acceptedMetadata(metadata, schemes);
  accepted['token_endpoint_auth_method'] ??=
    accepted['application_type'] === 'native' ? 'none' : 'client_secret_basic';
  return accepted;
}

/** Every member is a string or a list of strings. What is nested as deep as a body can be long would exhaust the stack. */
function refuseNested(accepted: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(accepted)) {
    const parts: readonly unknown[] = Array.isArray(value) ? value : [value];
    if (parts.every((part) => typeof part !== 'object' || part === null)) continue;
    const error = name === 'redirect_uris' ? 'invalid_redirect_uri' : 'invalid_client_metadata';
    throw new RequestRefused(error, `${name}: must be a string or a list of strings`);
  }
}

function refuseBadRedirectUris(uris: readonly unknown[], schemes: readonly string[]): void {
  if (uris.length > MAX_REDIRECT_URIS) {
    throw new RequestRefused('invalid_redirect_uri', `redirect_uris: more than ${MAX_REDIRECT_URIS}`);
  }
  for (const uri of uris) {
    const problem = redirectUriProblem(uri, schemes);
    if (problem !== undefined) {
      throw new RequestRefused('invalid_redirect_uri', `redirect_uris: ${shown(uri)} ${problem}`);
    }
  }
}

function shown(uri: unknown): string {
  return String(uri)
    .replaceAll(/[^\x20-\x7e]/g, '?')
    .slice(0, 100);
}
