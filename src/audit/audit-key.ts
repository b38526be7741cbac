import { hash, hkdfSync } from 'node:crypto';

const BLOCK_BYTES = 64;
const DIGEST_BYTES = 32;

/**
 * HMAC-SHA-256 (RFC 2104), ready for many short texts: its two hashes are one call each, which is half the time of a `createHmac`. That needs a
 * key of ASCII characters, so that the padded key stays text.
 */
export class Mac {
  readonly #inner: string;
  readonly #outer: Buffer;

  /** @param key at most 64 ASCII characters */
  constructor(key: string) {
    const bytes = Buffer.alloc(BLOCK_BYTES);
    bytes.write(key, 'latin1');
    this.#inner = Buffer.from(bytes.map((byte) => byte ^ 0x36)).toString('latin1');
    this.#outer = Buffer.concat([bytes.map((byte) => byte ^ 0x5c), Buffer.alloc(DIGEST_BYTES)]);
  }

  /** base64url */
  of(text: string): string {
    this.#outer.set(hash('sha256', this.#inner + text, 'buffer'), BLOCK_BYTES);
    return hash('sha256', this.#outer, 'base64url');
  }
}

/** What seals the chain, and what digests arguments: two keys that come from one, and tell nothing of it or of each other. */
export interface AuditKey {
  /** Tells keys apart and tells nothing of them. */
  readonly id: string;
  readonly chain: Mac;
  readonly argumentDigest: Mac;
}

/** The keys of the audit trail that belong to an encryption key (HKDF, RFC 5869). */
export function auditKey(encryptionKey: Buffer): AuditKey {
  const chain = derived(encryptionKey, 'gatehouse audit chain');
  return {
    id: hash('sha256', `gatehouse audit key ${chain}`, 'base64url').slice(0, 8),
    chain: new Mac(chain),
    argumentDigest: new Mac(derived(encryptionKey, 'gatehouse audit arguments')),
  };
}

function derived(encryptionKey: Buffer, purpose: string): string {
  return Buffer.from(hkdfSync('sha256', encryptionKey, Buffer.alloc(0), purpose, DIGEST_BYTES)).toString(
    'base64url',
  );
}
