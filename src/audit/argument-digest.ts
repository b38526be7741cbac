import { hash } from 'node:crypto';
import type { AuditKey } from './audit-key.js';
import { canonicalJson } from './canonical-json.js';

/**
 * What arguments are recorded as. Of their canonical form, so that the order of members does not count; keyed where there is a key, so that
 * nobody who reads the trail finds out short ones by trying.
 */
export function argumentDigest(value: unknown, key: AuditKey | undefined): string {
  const text = canonicalJson(value);
  return key ? `hmac-sha256:${key.argumentDigest.of(text)}` : `sha256:${hash('sha256', text, 'base64url')}`;
}
