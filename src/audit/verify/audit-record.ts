import { chainHash, type ChainHead, type RecordIntegrity } from '../audit-chain.js';
import type { AuditKey } from '../audit-key.js';
import { canonicalJson } from '../canonical-json.js';

/** An event as it was read, with what it says of its place. */
export interface AuditRecord extends ChainHead {
  readonly algorithm: RecordIntegrity['algorithm'];
  readonly keyId: string | undefined;
  readonly previousHash: string;
  readonly event: string;
  /** Heads of other chains that were known when it was written. */
  readonly heads: readonly ChainHead[];
  /** The hash over what was read, by the key that the event names; undefined where that key is not known. */
  readonly computedHash: string | undefined;
}

interface ReadEvent {
  class_uid?: unknown;
  metadata?: { event_code?: unknown };
  unmapped?: { heads?: unknown; record_integrity?: Partial<Record<string, unknown>> };
}

const HEAD = /^([\w-]{1,32}):(\d{1,15}):([\w-]{1,64})$/;

/** `chain:sequence:hash`; undefined for anything else. */
export function parseHead(text: unknown): ChainHead | undefined {
  const match = typeof text === 'string' ? HEAD.exec(text) : null;
  return match
    ? { chain: match[1] as string, sequence: Number(match[2]), hash: match[3] as string }
    : undefined;
}

/**
 * Reads a line. `none`: it is no event of the trail, as in a stream that holds a log too; `malformed`: it is one that says nothing of its place, or
 * not in the form that this program writes.
 */
export function readRecord(line: string, keys: readonly AuditKey[]): AuditRecord | 'none' | 'malformed' {
  try {
    const value = JSON.parse(line) as ReadEvent | null;
    if (typeof value !== 'object' || value?.class_uid === undefined) return 'none';
    const integrity = value.unmapped?.record_integrity;
    const { algorithm, chain, hash, key_id: keyId, prev_hash: previousHash, sequence } = integrity ?? {};
    if (
      (algorithm !== 'HMAC-SHA256' && algorithm !== 'SHA256') ||
      typeof chain !== 'string' ||
      typeof hash !== 'string' ||
      typeof previousHash !== 'string' ||
      (keyId !== undefined && typeof keyId !== 'string') ||
      !Number.isSafeInteger(sequence) ||
      parseHead(`${chain}:${String(sequence)}:${hash}`) === undefined
    )
      return 'malformed';
    delete (integrity as Record<string, unknown>)['hash'];
    const key = keys.find(({ id }) => id === keyId);
    const verifiable = algorithm === 'SHA256' ? keyId === undefined : key !== undefined;
    return {
      algorithm,
      chain,
      hash,
      keyId,
      previousHash,
      sequence: sequence as number,
      event: String(value.metadata?.event_code).slice(0, 64),
      heads: headsIn(value),
      computedHash: verifiable ? chainHash(canonicalJson(value), key) : undefined,
    };
  } catch (error) {
    if (error instanceof SyntaxError) return line.includes('"record_integrity"') ? 'malformed' : 'none';
    return 'malformed';
  }
}

/** Where a chain is after a line; undefined where the line says nothing of it. Proves nothing. */
export function headOf(line: string): ChainHead | undefined {
  const record = readRecord(line, []);
  return typeof record === 'string' ? undefined : record;
}

function headsIn({ unmapped }: ReadEvent): ChainHead[] {
  const heads = Array.isArray(unmapped?.heads) ? (unmapped.heads as unknown[]) : [];
  return heads.flatMap((text) => parseHead(text) ?? []);
}
