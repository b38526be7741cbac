import { describe, expect, it } from 'vitest';
import { AuthenticationFailure } from './authentication-failure.js';

describe('status of a failure (RFC 6750 section 3.1)', () => {
  it.each([
    ['missing', 401],
    ['malformed', 401],
    ['expired', 401],
    ['not_yet_valid', 401],
    ['issuer', 401],
    ['audience', 401],
    ['algorithm', 401],
    ['unknown_key', 401],
    ['signature', 401],
    ['token_type', 401],
    ['claims', 401],
    ['key_server_unavailable', 503],
  ] as const)('answers %s with %i, in words for a person', (reason, status) => {
    const failure = new AuthenticationFailure(reason);
    expect(failure.status).toBe(status);
    expect(failure.message).toMatch(/^[A-Z][\x20-\x7e]+$/);
  });
});
