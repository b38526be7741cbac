import { FetchFailed } from './clients/guarded-fetch.js';

type EngineError = { readonly cause?: unknown; readonly error_detail?: string | undefined };

/** What the engine keeps for its log, in words that help the developer of a client and tell an attacker nothing new. */
const DESCRIPTIONS: readonly [RegExp, string][] = [
  [
    /refresh token already used/,
    'the refresh token was redeemed before, too long ago for a repetition; it may have been stolen, so that everything that came from it is revoked; start the flow again',
  ],
  [
    /already consumed|grant not found/,
    'the code was already used or revoked: each code and refresh token can be redeemed once; start the flow again',
  ],
  [/code_verifier does not match/, 'PKCE verification failed: code_verifier does not match code_challenge'],
  [/code_verifier must be provided/, 'PKCE verification failed: code_verifier is missing'],
  [
    /authorization code (not found|is expired)|client mismatch/,
    'the code or refresh token is unknown, expired, or not for this client',
  ],
  [/redirect_uri mismatch/, 'redirect_uri is not the one that the code was issued for'],
  [
    /refresh token (not found|is expired)/,
    'the refresh token is unknown, expired or revoked; start the flow again',
  ],
];

/** The public description of what the engine refused, or undefined where its own has to do. */
export function publicErrorDescription(error: EngineError | undefined): string | undefined {
  if (error?.cause instanceof FetchFailed) {
    return `the metadata document of the client cannot be used: ${error.cause.message}`;
  }
  const detail = error?.error_detail;
  if (detail === undefined) return undefined;
  return DESCRIPTIONS.find(([pattern]) => pattern.test(detail))?.[1];
}
