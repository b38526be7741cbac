import { PassportStrategy } from '@nestjs/passport';
import type { JWTHeaderParameters } from 'jose';
import passport from 'passport';
import { Strategy, type StrategyOptionsWithoutRequest } from 'passport-jwt';
import { verifiedToken, type DecodedToken } from './access-token-claims.js';
import { AuthenticationFailure } from './authentication-failure.js';
import { isThenable } from './is-thenable.js';
import type { TrustedIssuer } from './issuers/trusted-issuer.js';
import { type JwtVerifierOptions, verifyJwt } from './jwt-verifier.js';
import type { KeySource } from './keys/key-source.js';
import type { VerificationKey } from './keys/verification-key.js';
import { type Authenticates, PresentedToken } from './token-strategy.js';
import type { UnverifiedToken } from './unverified-token.js';
import type { VerifiedToken } from './verified-token.js';

type Done<Value> = (error: unknown, value?: Value) => void;
type JwtVerifier = (token: unknown, key: unknown, options: unknown, done: Done<unknown>) => void;

// passport-jwt has one place for what verifies, for the whole process: everybody else's tokens go on to what stood there before.
const verifiers = Strategy as unknown as { JwtVerifier: JwtVerifier };
const { JwtVerifier: verifyOthers } = verifiers;
verifiers.JwtVerifier = (token, key, options, done) => {
  if (!(token instanceof PresentedToken)) return verifyOthers(token, key, options, done);
  let verified: DecodedToken;
  try {
    verified = verifyJwt(token, key as VerificationKey, options as JwtVerifierOptions);
  } catch (error) {
    return done(error);
  }
  done(null, verified);
};

/** Verifies the JWT access tokens of one issuer with passport-jwt: signature, algorithm, issuer, audience, lifetime and claims. */
export class JwtStrategy extends PassportStrategy(Strategy) {
  declare authenticate: Authenticates['authenticate'];

  constructor(
    private readonly issuer: TrustedIssuer,
    keys: KeySource,
  ) {
    const { audience, algorithms, clockSkewSeconds } = issuer;
    const options = {
      jwtFromRequest: (presented: PresentedToken) => presented,
      secretOrKeyProvider: (presented: PresentedToken, _same: PresentedToken, done: Done<VerificationKey>) =>
        provideKey(() => verificationKey(keys, algorithms, presented.unverified), done),
      issuer: issuer.issuer,
      ...(audience.mode === 'audience' ? { audience: [...audience.values] } : {}),
      jsonWebTokenOptions: { clockTolerance: clockSkewSeconds },
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

/** At once where the key is there. */
function provideKey(
  find: () => VerificationKey | Promise<VerificationKey>,
  done: Done<VerificationKey>,
): void {
  let found: VerificationKey | Promise<VerificationKey>;
  try {
    found = find();
  } catch (error) {
    return done(error);
  }
  if (!isThenable(found)) return done(null, found);
  found.then(
    (key) => done(null, key),
    (error: unknown) => done(error),
  );
}

/** @throws AuthenticationFailure */
function verificationKey(
  keys: KeySource,
  algorithms: readonly string[],
  token: UnverifiedToken,
): VerificationKey | Promise<VerificationKey> {
  if (token.kind === 'opaque') throw new AuthenticationFailure('malformed');
  const { alg, kid } = token.header;
  if (typeof alg !== 'string' || !algorithms.includes(alg)) throw new AuthenticationFailure('algorithm');
  if (kid !== undefined && typeof kid !== 'string') throw new AuthenticationFailure('unknown_key');
  return keys.keyFor(token.header as unknown as JWTHeaderParameters);
}
