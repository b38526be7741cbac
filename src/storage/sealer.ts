import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';

const VERSION = 'v1';
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** A secret in the database that no known key opens. */
export class SealError extends Error {}

/**
 * Seals secrets for the database with AES-256-GCM (NIST SP 800-38D). What is sealed for one place cannot be opened at another.
 * The first key seals, all of them open.
 */
export class Sealer {
  readonly #keys: ReadonlyMap<string, Buffer>;
  readonly #current: string;

  /** @param keys of 32 bytes each, at least one */
  constructor(keys: readonly Buffer[]) {
    this.#keys = new Map(keys.map((key) => [idOf(key), key]));
    const [first] = this.#keys.keys();
    if (first === undefined || keys.some(({ length }) => length !== KEY_BYTES)) {
      throw new Error(`a sealer needs keys of ${KEY_BYTES} bytes`);
    }
    this.#current = first;
  }

  /** @param place where it will be kept, such as `setting cookie_key` */
  seal(secret: string, place: string): string {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.#key(this.#current), nonce).setAAD(Buffer.from(place));
    const sealed = Buffer.concat([nonce, cipher.update(secret, 'utf8'), cipher.final(), cipher.getAuthTag()]);
    return `${VERSION}.${this.#current}.${sealed.toString('base64url')}`;
  }

  /** @throws SealError when it was sealed with a key that is not known, for another place, or was changed */
  open(text: string, place: string): string {
    const [, keyId = '', encoded = ''] = text.split('.');
    const sealed = Buffer.from(encoded, 'base64url');
    const decipher = createDecipheriv('aes-256-gcm', this.#key(keyId), sealed.subarray(0, NONCE_BYTES))
      .setAAD(Buffer.from(place))
      .setAuthTag(sealed.subarray(-TAG_BYTES));
    try {
      const secret = decipher.update(sealed.subarray(NONCE_BYTES, -TAG_BYTES));
      return Buffer.concat([secret, decipher.final()]).toString('utf8');
    } catch (error) {
      throw new SealError(`the ${place} in the database was changed, or belongs elsewhere`, { cause: error });
    }
  }

  /** Whether this is what `seal` makes today: not a secret in the clear, and not sealed with a former key. */
  isCurrent(text: string): boolean {
    return text.startsWith(`${VERSION}.${this.#current}.`);
  }

  static isSealed(text: string): boolean {
    return text.startsWith(`${VERSION}.`);
  }

  #key(id: string): Buffer {
    const key = this.#keys.get(id);
    if (!key) throw new SealError(`the database holds secrets that were sealed with another key (${id})`);
    return key;
  }
}

/** Tells keys apart and tells nothing of them. */
function idOf(key: Buffer): string {
  return createHash('sha256').update('gatehouse encryption key').update(key).digest('base64url').slice(0, 8);
}
