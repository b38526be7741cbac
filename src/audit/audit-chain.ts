import { hash, randomBytes } from 'node:crypto';
import type { AuditKey } from './audit-key.js';

/** Stands in an event where the chain writes what proves its place. No event can hold it: JSON escapes the character. */
export const INTEGRITY = '\u0000';

/** The last event of a chain, as far as somebody knows it. */
export interface ChainHead {
  readonly chain: string;
  readonly sequence: number;
  readonly hash: string;
}

/** One line of the trail. */
export interface SealedEvent extends ChainHead {
  readonly line: string;
}

/** What proves the place of an event (`unmapped.record_integrity`), without its hash. Members in the order of their names. */
export interface RecordIntegrity {
  readonly algorithm: 'HMAC-SHA256' | 'SHA256';
  readonly chain: string;
  readonly key_id?: string;
  /** Empty for the first one. */
  readonly prev_hash: string;
  /** From 1 on. */
  readonly sequence: number;
}

/** The hash of an event: over its canonical form, in which `record_integrity` has no `hash`. */
export function chainHash(text: string, key: AuditKey | undefined): string {
  return key ? key.chain.of(text) : hash('sha256', text, 'base64url');
}

/** The chain of one process: every event says which one came before it. */
export class AuditChain {
  readonly id = randomBytes(12).toString('base64url');
  readonly #start: string;
  readonly #keyId: string;
  #sequence = 0;
  #hash = '';

  constructor(private readonly key: AuditKey | undefined) {
    this.#start = `{"algorithm":"${key ? 'HMAC-SHA256' : 'SHA256'}","chain":"${this.id}",`;
    this.#keyId = key ? `"key_id":"${key.id}",` : '';
  }

  get head(): ChainHead {
    return { chain: this.id, sequence: this.#sequence, hash: this.#hash };
  }

  /** Gives an event its place. `body`: its canonical form, with `INTEGRITY` as the value of `unmapped.record_integrity`. */
  seal(body: string): SealedEvent {
    this.#sequence += 1;
    const at = body.indexOf(INTEGRITY);
    const before = body.slice(0, at) + this.#start;
    const place = `${this.#keyId}"prev_hash":"${this.#hash}","sequence":${this.#sequence}}${body.slice(at + 1)}`;
    this.#hash = chainHash(before + place, this.key);
    return {
      line: `${before}"hash":"${this.#hash}",${place}`,
      chain: this.id,
      sequence: this.#sequence,
      hash: this.#hash,
    };
  }
}
