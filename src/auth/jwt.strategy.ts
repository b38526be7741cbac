import { PassportStrategy } from '@nestjs/passport';
import type { JWTHeaderParameters } from 'jose';
import type { KeyObject } from 'node:crypto';
import passport from 'passport';
import { Strategy, type StrategyOptionsWithoutRequest } from 'passport-jwt';
import { verifiedToken, type DecodedToken } from './access-token-claims.js';
import { AuthenticationFailure } from './authentication-failure.js';
import type { TrustedIssuer } from './issuers/trusted-issuer.js';
import type { KeySource } from './keys/key-source.js';
import type { Authenticates, PresentedToken } from './token-strategy.js';
import type { UnverifiedToken } from './unverified-token.js';
import type { VerifiedToken } from './verified-token.js';

/** Verifies the JWT access tokens of one issuer with passport-jwt: signature, algorithm, issuer, audience, lifetime and claims. */
export class JwtStrategy extends PassportStrategy(Strategy) {
  declare authenticate: Authenticates['authenticate'];

  constructor(
    private readonly issuer: TrustedIssuer,
    keys: KeySource,
  ) {
    const { audience, algorithms } = issuer;
    const options = {
      jwtFromRequest: ({ rawToken }: PresentedToken) => rawToken,
      secretOrKeyProvider: ({ unverified }: PresentedToken, _rawToken: string, done: KeyCallback) => {
        verificationKey(keys, algorithms, unverified).then(
          (key) => done(null, key),
          (error: unknown) => done(error),
        );
      },
      issuer: issuer.issuer,
      ...(audience.mode === 'audience' ? { audience: [...audience.values] } : {}),
      algorithms: [...algorithms] as NonNullable<StrategyOptionsWithoutRequest['algorithms']>,
      jsonWebTokenOptions: { complete: true, clockTolerance: issuer.clockSkewSeconds },
    };
    super(options as unknown as StrategyOptionsWithoutRequest);
  }

  /** @throws AuthenticationFailure */
  validate(token: DecodedToken): VerifiedToken {
    return verifiedToken(token, { issuer: this.issuer, nowSeconds: Math.floor(Date.now() / 1000) });
  }

  /** Keeps the strategy out of passport's process-wide registry: who uses it holds it. */
  getPassportInstance(): typeof passport {
    return new passport.Passport() as unknown as typeof passport;
  }
}

type KeyCallback = (error: unknown, key?: KeyObject) => void;

/** @throws AuthenticationFailure */
function verificationKey(
  keys: KeySource,
  algorithms: readonly string[],
  token: UnverifiedToken,
): Promise<KeyObject> {
  if (token.kind === 'opaque') return Promise.reject(new AuthenticationFailure('malformed'));
  const { header } = token;
  if (typeof header['alg'] !== 'string' || !algorithms.includes(header['alg'])) {
    return Promise.reject(new AuthenticationFailure('algorithm'));
  }
  return keys.keyFor(header as unknown as JWTHeaderParameters);
}
