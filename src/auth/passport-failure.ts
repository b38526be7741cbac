import { AuthenticationFailure } from './authentication-failure.js';

/** Names what passport-jwt and what it is made of found wrong. Anything that is not theirs is rethrown by the caller. */
export function passportFailure(error: unknown): AuthenticationFailure | undefined {
  if (error instanceof AuthenticationFailure) return error;
  if (!(error instanceof Error)) return undefined;
  switch (error.name) {
    case 'TokenExpiredError':
      return new AuthenticationFailure('expired', { cause: error });
    case 'NotBeforeError':
      return new AuthenticationFailure('not_yet_valid', { cause: error });
    case 'JsonWebTokenError':
      return jsonWebTokenFailure(error);
    // jws, for a payload that is no JSON under "typ": "JWT"
    case 'SyntaxError':
      return new AuthenticationFailure('malformed', { cause: error });
    // jwa, for an ECDSA signature that is too short or too long
    case 'TypeError':
      return /signatures must be "\d+" bytes/.test(error.message)
        ? new AuthenticationFailure('signature', { cause: error })
        : undefined;
    default:
      return undefined;
  }
}

function jsonWebTokenFailure(error: Error): AuthenticationFailure {
  const { message } = error;
  if (message.startsWith('jwt issuer invalid')) return new AuthenticationFailure('issuer', { cause: error });
  if (message.startsWith('jwt audience invalid'))
    return new AuthenticationFailure('audience', { cause: error });
  if (message === 'invalid signature') return new AuthenticationFailure('signature', { cause: error });
  if (message === 'invalid algorithm') return new AuthenticationFailure('algorithm', { cause: error });
  if (/^invalid (exp|nbf) value$/.test(message)) return new AuthenticationFailure('claims', { cause: error });
  return new AuthenticationFailure('malformed', { cause: error });
}
