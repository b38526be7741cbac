import { exportJWK, generateKeyPair, type JWK } from 'jose';
import { beforeAll, describe, expect, it } from 'vitest';
import { AuthenticationFailure } from '../authentication-failure.js';
import { localKeySource } from './jwks-key-source.js';
import type { KeySource } from './key-source.js';
import { VerificationKey } from './verification-key.js';

let first: JWK;
let second: JWK;

beforeAll(async () => {
  [first, second] = await Promise.all([publicJwk('key-1'), publicJwk('key-2')]);
});

async function publicJwk(kid: string): Promise<JWK> {
  const { publicKey } = await generateKeyPair('ES256', { extractable: true });
  return { ...(await exportJWK(publicKey)), kid, alg: 'ES256', use: 'sig' };
}

async function keyFor(source: KeySource, kid: string | undefined, alg = 'ES256'): Promise<VerificationKey> {
  return source.keyFor(kid === undefined ? { alg } : { alg, kid });
}

async function reason(pending: Promise<unknown>): Promise<string> {
  try {
    await pending;
    return 'accepted';
  } catch (error) {
    if (error instanceof AuthenticationFailure) return error.reason;
    throw error;
  }
}

describe('keys of an authorization server in this process (RFC 7517)', () => {
  it('finds a key by its id, for its algorithm', async () => {
    const key = await keyFor(
      localKeySource(() => ({ keys: [first, second] })),
      'key-2',
    );
    expect(key).toBeInstanceOf(VerificationKey);
    expect(key.algorithm).toBe('ES256');
    expect(key.key.export({ format: 'jwk' })).toMatchObject({ x: second.x, y: second.y });
  });

  it('parses a key once, and has it at once from then on', async () => {
    const set = { keys: [first] };
    const source = localKeySource(() => set);
    const key = await keyFor(source, 'key-1');
    expect(source.keyFor({ alg: 'ES256', kid: 'key-1' })).toBe(key);
  });

  it('has one key for each algorithm of a key that names none', async () => {
    const { publicKey } = await generateKeyPair('RS256', { extractable: true });
    const set = { keys: [{ ...(await exportJWK(publicKey)), kid: 'rsa' }] };
    const source = localKeySource(() => set);
    const keys = [await keyFor(source, 'rsa', 'RS256'), await keyFor(source, 'rsa', 'PS256')];
    expect(keys.map(({ algorithm }) => algorithm)).toEqual(['RS256', 'PS256']);
    expect(keys[0]?.key).not.toBe(keys[1]?.key);
  });

  it('sees a rotation at once', async () => {
    let set = { keys: [first] };
    const source = localKeySource(() => set);
    await keyFor(source, 'key-1');
    expect(await reason(keyFor(source, 'key-2'))).toBe('unknown_key');
    set = { keys: [second] };
    expect(await reason(keyFor(source, 'key-2'))).toBe('accepted');
    expect(await reason(keyFor(source, 'key-1'))).toBe('unknown_key');
  });

  it.each([
    ['a key id that nobody has', 'nobody', 'ES256', 'unknown_key'],
    ['no key id where two keys fit', undefined, 'ES256', 'unknown_key'],
    ['an algorithm that the key is not for', 'key-1', 'RS256', 'unknown_key'],
    ['an algorithm that does not exist', 'key-1', 'XS256', 'algorithm'],
    ['no signature', 'key-1', 'none', 'algorithm'],
  ])('refuses %s', async (_what, kid, alg, outcome) => {
    const source = localKeySource(() => ({ keys: [first, second] }));
    expect(await reason(keyFor(source, kid, alg))).toBe(outcome);
  });
});
