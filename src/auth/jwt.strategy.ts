import { PassportStrategy } from '@nestjs/passport';
import { decodeProtectedHeader, type JWTHeaderParameters } from 'jose';
import type { KeyObject } from 'node:crypto';
import passport from 'passport';
import { Strategy, type StrategyOptionsWithoutRequest } from 'passport-jwt';
import { verifiedToken, type DecodedToken } from './access-token-claims.js';
import { AuthenticationFailure } from './authentication-failure.js';
import { bearerToken } from './bearer-token.js';
import type { TrustedIssuer } from './issuers/trusted-issuer.js';
import type { KeySource } from './keys/key-source.js';
import type { VerifiedToken } from './verified-token.js';

/** Verifies the JWT access tokens of one issuer with passport-jwt: signature, algorithm, issuer, audience, lifetime and claims. */
export class JwtStrategy extends PassportStrategy(Strategy) {
  constructor(
    private readonly issuer: TrustedIssuer,
    keys: KeySource,
  ) {
    const { audience, algorithms } = issuer;
    const strategyOptions: StrategyOptionsWithoutRequest = {
      jwtFromRequest: (request) => bearerToken(request.headers.authorization),
      secretOrKeyProvider: (_request, rawToken: string, done) => {
        verificationKey(keys, algorithms, rawToken).then(
          (key) => done(null, key as unknown as string),
          (error: unknown) => done(error),
        );
      },
      issuer: issuer.issuer,
      ...(audience.mode === 'audience' ? { audience: [...audience.values] } : {}),
      algorithms: [...algorithms] as NonNullable<StrategyOptionsWithoutRequest['algorithms']>,
      jsonWebTokenOptions: { complete: true, clockTolerance: issuer.clockSkewSeconds },
    };
    super(strategyOptions);
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

async function verificationKey(
  keys: KeySource,
  algorithms: readonly string[],
  rawToken: string,
): Promise<KeyObject> {
  let header: JWTHeaderParameters;
  try {
    header = decodeProtectedHeader(rawToken) as JWTHeaderParameters;
  } catch (error) {
    throw new AuthenticationFailure('malformed', { cause: error });
  }
  if (!algorithms.includes(header.alg)) throw new AuthenticationFailure('algorithm');
  return keys.keyFor(header);
}
