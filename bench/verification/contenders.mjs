import { constants, createPublicKey, verify } from 'node:crypto';
import { createRequire } from 'node:module';
import { jwtVerify } from 'jose';
import { createGuard } from './guard.mjs';
import { AUDIENCE, ISSUER } from './tokens.mjs';

const require = createRequire(new URL('../../package.json', import.meta.url));
const { Strategy } = require('passport-jwt');
const { joseToDer } = createRequire(require.resolve('jsonwebtoken'))('ecdsa-sig-formatter');

/** Holds less than there are tokens: when they come in turn, none is ever there. */
const SMALL_CACHE = 512;
const TOKENS = 2048;

/**
 * What is measured, for one algorithm and key: each verifies token number `index` and throws or rejects where it is not good.
 * @param {string} algorithm
 * @param {import('./tokens.mjs').TokenMaker} maker
 */
export async function contendersFor(algorithm, maker) {
  const tokens = Array.from({ length: TOKENS }, (_unused, index) => maker.token({ sub: `user-${index}` }));
  const headers = tokens.map(asHeader);
  const known = headers.slice(0, SMALL_CACHE / 2);
  const hit = await createGuard({ jwks: maker.jwks, cacheMaxEntries: SMALL_CACHE });
  for (const header of known) await hit(header);
  const miss = await createGuard({ jwks: maker.jwks, cacheMaxEntries: SMALL_CACHE });
  const passportJwt = passportJwtAlone(algorithm, maker.publicKey);
  const joseOptions = { issuer: ISSUER, audience: AUDIENCE, typ: 'at+jwt', algorithms: [algorithm] };
  return {
    'bare `crypto.verify`': bareVerify(algorithm, maker.publicKey, tokens),
    'Gatehouse, miss': (index) => miss(at(headers, index)),
    'Gatehouse, hit': (index) => hit(at(known, index)),
    'passport-jwt alone': (index) => passportJwt(at(headers, index)),
    'jose alone': (index) => jwtVerify(at(tokens, index), maker.publicKey, joseOptions),
  };
}

/** In one piece, as it comes from a socket. */
function asHeader(token) {
  return Buffer.from(`Bearer ${token}`).toString('latin1');
}

function at(list, index) {
  return list[index % list.length];
}

/** What Node reads off the key itself as well: given an object around a key it takes half as long again. */
const PSS = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST };

/** Nothing but the signature check: the text and the signature are there as bytes, the latter in the form that is checked fastest (DER for ECDSA). */
function bareVerify(algorithm, publicKey, tokens) {
  const prepared = tokens.map((token) => {
    const end = token.lastIndexOf('.');
    const signature = token.slice(end + 1);
    return {
      signed: Buffer.from(token.slice(0, end)),
      signature:
        algorithm === 'ES256' ? joseToDer(signature, algorithm) : Buffer.from(signature, 'base64url'),
    };
  });
  const key = createPublicKey({ key: publicKey.export({ format: 'jwk' }), format: 'jwk' });
  if (algorithm === 'PS256') Object.assign(key, PSS);
  return (index) => {
    const { signed, signature } = prepared[index % prepared.length];
    if (!verify('sha256', signed, key, signature)) throw new Error('bad signature');
  };
}

/** The strategy as its documentation sets it up, called as passport calls it. */
function passportJwtAlone(algorithm, publicKey) {
  const strategy = new Strategy(
    {
      jwtFromRequest: (request) => request.headers.authorization.slice('Bearer '.length),
      secretOrKey: publicKey,
      issuer: ISSUER,
      audience: AUDIENCE,
      algorithms: [algorithm],
    },
    (payload, done) => done(null, payload),
  );
  return (authorization) =>
    new Promise((resolve, reject) => {
      const attempt = Object.create(strategy);
      attempt.success = resolve;
      attempt.fail = reject;
      attempt.error = reject;
      attempt.authenticate({ headers: { authorization } });
    });
}
