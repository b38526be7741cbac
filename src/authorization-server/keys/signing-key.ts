import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK } from 'jose';

/** What access tokens may be signed with: what passport-jwt can verify. */
export const SIGNING_ALGORITHMS = ['ES256', 'RS256', 'PS256'] as const;
export type SigningAlgorithm = (typeof SIGNING_ALGORITHMS)[number];

/** A replica may be so late in learning of a new key, seconds: nothing is signed with a key that was published more recently. */
export const PUBLISHED_AHEAD_SECONDS = 10;

/** Verifiers may be so much behind, seconds, when the last token of a key expires. */
const RETIREMENT_MARGIN_SECONDS = 600;

export interface SigningKey {
  readonly kid: string;
  /** One more than the key before it: two replicas that make the next key at once cannot both be right. */
  readonly generation: number;
  readonly privateJwk: JWK & { alg: SigningAlgorithm; kid: string };
  /** Seconds since 1970: published from then on. */
  readonly createdAt: number;
  /** Seconds since 1970: signs from then on, until the next one does. */
  readonly activeAt: number;
}

export type KeyState = 'next' | 'current' | 'retiring' | 'retired';

/**
 * Where each key stands at that moment, newest first: `next` is published and does not sign yet, `current` signs, `retiring` is
 * published for as long as a token that it signed may live, `retired` can go.
 */
export function keyStates(
  keys: readonly SigningKey[],
  now: number,
  tokenLifetimeSeconds: number,
): readonly (SigningKey & { state: KeyState })[] {
  const sorted = keys.toSorted((left, right) => right.generation - left.generation);
  const current = sorted.find(({ activeAt }) => activeAt <= now) ?? sorted.at(-1);
  return sorted.map((key, index) => {
    if (key === current) return { ...key, state: 'current' };
    if (current && key.generation > current.generation) return { ...key, state: 'next' };
    const replacedAt = sorted[index - 1]?.activeAt ?? now;
    const ends = replacedAt + tokenLifetimeSeconds + RETIREMENT_MARGIN_SECONDS;
    return { ...key, state: ends > now ? 'retiring' : 'retired' };
  });
}

/** Makes a private key, named by its thumbprint (RFC 7638). */
export async function generateSigningJwk(algorithm: SigningAlgorithm): Promise<SigningKey['privateJwk']> {
  const { privateKey } = await generateKeyPair(algorithm, { extractable: true });
  const jwk = await exportJWK(privateKey);
  return { ...jwk, kid: await calculateJwkThumbprint(jwk), alg: algorithm, use: 'sig' };
}

/** A key as it is published (RFC 7517): nothing of it is private. */
export function publicPart({ kty, crv, x, y, n, e, kid, alg, use }: JWK): JWK {
  return JSON.parse(JSON.stringify({ kty, crv, x, y, n, e, kid, alg, use })) as JWK;
}
