import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import { decodeProtectedHeader, type JWTHeaderParameters } from 'jose';
import type { KeyObject } from 'node:crypto';
import passport from 'passport';
import { Strategy, type StrategyOptionsWithoutRequest } from 'passport-jwt';
import { verifiedToken, type DecodedToken } from './access-token-claims.js';
import { ALLOWED_ALGORITHMS, AuthOptions } from './auth.options.js';
import { AuthenticationFailure } from './authentication-failure.js';
import { bearerToken } from './bearer-token.js';
import { KeySource } from './key-source.js';
import type { VerifiedToken } from './verified-token.js';

/** Verifies a JWT access token (RFC 9068) with passport-jwt: signature, algorithm, issuer, audience, lifetime and claims. */
@Injectable()
export class JwtStrategy extends PassportStrategy(Strategy) {
  constructor(
    private readonly options: AuthOptions,
    keys: KeySource,
  ) {
    const strategyOptions: StrategyOptionsWithoutRequest = {
      jwtFromRequest: (request) => bearerToken(request.headers.authorization),
      secretOrKeyProvider: (_request, rawToken: string, done) => {
        verificationKey(keys, rawToken).then(
          (key) => done(null, key as unknown as string),
          (error: unknown) => done(error),
        );
      },
      issuer: options.issuer,
      audience: options.audience,
      algorithms: [...ALLOWED_ALGORITHMS],
      jsonWebTokenOptions: { complete: true, clockTolerance: options.clockSkewSeconds },
    };
    super(strategyOptions);
  }

  /** @throws AuthenticationFailure */
  validate(token: DecodedToken): VerifiedToken {
    return verifiedToken(token, {
      clockSkewSeconds: this.options.clockSkewSeconds,
      nowSeconds: Math.floor(Date.now() / 1000),
    });
  }

  /** Keeps the strategy out of passport's process-wide registry: the guard holds it itself. */
  getPassportInstance(): typeof passport {
    return new passport.Passport() as unknown as typeof passport;
  }
}

async function verificationKey(keys: KeySource, rawToken: string): Promise<KeyObject> {
  let header: JWTHeaderParameters;
  try {
    header = decodeProtectedHeader(rawToken) as JWTHeaderParameters;
  } catch (error) {
    throw new AuthenticationFailure('malformed', { cause: error });
  }
  if (!(ALLOWED_ALGORITHMS as readonly unknown[]).includes(header.alg)) {
    throw new AuthenticationFailure('algorithm');
  }
  return keys.keyFor(header);
}
