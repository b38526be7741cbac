import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { clientKeyProblem } from './client-key-problem.js';

const rsa = (modulusLength: number) => generateKeyPairSync('rsa', { modulusLength });
const ec = (namedCurve: string) => generateKeyPairSync('ec', { namedCurve });

describe('clientKeyProblem', () => {
  it.each([
    ['RSA of 2048 bits', rsa(2048)],
    ['P-256', ec('P-256')],
    ['P-384', ec('P-384')],
    ['Ed25519', generateKeyPairSync('ed25519')],
  ])('takes %s', (_name, { publicKey }) => {
    expect(clientKeyProblem(publicKey.export({ format: 'jwk' }))).toBeUndefined();
  });

  it.each([
    ['RSA of 1024 bits', rsa(1024)],
    ['P-521', ec('P-521')],
    ['secp256k1', ec('secp256k1')],
    ['X25519', generateKeyPairSync('x25519')],
  ])('refuses %s', (_name, { publicKey }) => {
    expect(clientKeyProblem(publicKey.export({ format: 'jwk' }))).toContain('cannot verify');
  });

  it.each([
    ['RSA', rsa(2048)],
    ['an elliptic curve', ec('P-256')],
    ['Ed25519', generateKeyPairSync('ed25519')],
  ])('refuses a private key of %s, and does not show it', (_name, { privateKey }) => {
    const jwk = privateKey.export({ format: 'jwk' });
    const problem = clientKeyProblem(jwk);
    expect(problem).toContain('is a private or a shared key');
    expect(problem).not.toContain(jwk.d);
  });

  it('refuses a shared key', () => {
    expect(clientKeyProblem({ kty: 'oct', k: 'c2VjcmV0' })).toContain('shared');
  });

  it.each([[null], ['key'], [[]], [7]])('refuses %j', (value) => {
    expect(clientKeyProblem(value)).toBe('is no JSON Web Key');
  });

  it.each([[{}], [{ kty: 'RSA' }], [{ kty: 'EC', crv: 'P-256', x: 'AA', y: 'AA' }]])(
    'refuses %j',
    (value) => {
      expect(clientKeyProblem(value)).toBe('is no public key');
    },
  );
});
