import { hash } from 'node:crypto';
import type { AuditKey } from './audit-key.js';
import { canonicalJson } from './canonical-json.js';

/** Most requests that are no calls have none. */
const NONE = '{}';
const ofNone = new WeakMap<AuditKey, string>();

/**
 * What arguments are recorded as. Of their canonical form, so that the order of members does not count; keyed where there is a key, so that
 * nobody who reads the trail finds out short ones by trying.
 */
export function argumentDigest(value: unknown, key: AuditKey | undefined): string {
  const text = canonicalJson(value);
  if (text !== NONE || !key) return digestOf(text, key);
  let digest = ofNone.get(key);
  if (digest === undefined) ofNone.set(key, (digest = digestOf(text, key)));
  return digest;
}

function digestOf(text: string, key: AuditKey | undefined): string {
  return key ? `hmac-sha256:${key.argumentDigest.of(text)}` : `sha256:${hash('sha256', text, 'base64url')}`;
}
