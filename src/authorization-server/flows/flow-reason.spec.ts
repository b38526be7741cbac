import { errors } from 'oidc-provider';
import { describe, expect, it } from 'vitest';
import { DatabaseError } from '../../storage/database-error.js';
import { flowReason } from './flow-reason.js';

describe('The reason for which a flow stopped', () => {
  it.each([
    [
      'no PKCE',
      new errors.InvalidRequest('Authorization Server policy requires PKCE to be used for this request'),
      'authorize',
      'pkce_missing',
    ],
    [
      'a verifier that does not fit',
      new errors.InvalidGrant('code_verifier does not match'),
      'token',
      'pkce_failed',
    ],
    [
      'a code that comes again',
      new errors.InvalidGrant('authorization code already consumed'),
      'token',
      'code_used',
    ],
    ['a wrong secret', new errors.InvalidClientAuth('secret mismatch'), 'token', 'client_authentication'],
    [
      'a wrong secret at a refresh',
      new errors.InvalidClientAuth('secret mismatch'),
      'refresh',
      'client_authentication',
    ],
    ['a client that is not known', new errors.InvalidClient('not found'), 'authorize', 'client_unknown'],
    [
      'a refresh token that was redeemed before',
      new errors.InvalidGrant('refresh token already used'),
      'refresh',
      'refresh_token_reused',
    ],
    [
      'a refresh token that is not known',
      new errors.InvalidGrant('refresh token not found'),
      'refresh',
      'refresh_token_unknown',
    ],
    ['a grant that is gone', new errors.InvalidGrant('grant not found'), 'refresh', 'refresh_token_unknown'],
    [
      'a database that is away',
      new DatabaseError(new Error('ECONNREFUSED')),
      'authorize',
      'temporarily_unavailable',
    ],
    ['what nobody foresaw', { error: 'of tomorrow' }, 'authorize', 'invalid_request'],
  ] as const)('is told for %s', (_what, error, endpoint, reason) => {
    expect(flowReason(error, endpoint)).toBe(reason);
  });
});
