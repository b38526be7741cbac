import { describe, expect, it } from 'vitest';
import {
  isLegacyVersion,
  isModernVersion,
  negotiateLegacyVersion,
  SUPPORTED_VERSIONS,
} from './protocol-version.js';

describe('protocol versions', () => {
  it('are four, newest first', () => {
    expect(SUPPORTED_VERSIONS).toEqual(['2026-07-28', '2025-11-25', '2025-06-18', '2025-03-26']);
  });

  it.each([
    ['2026-07-28', true, false],
    ['2025-11-25', false, true],
    ['2025-06-18', false, true],
    ['2025-03-26', false, true],
    ['2024-11-05', false, false],
    ['', false, false],
  ])('%s is modern: %s, legacy: %s', (version, modern, legacy) => {
    expect(isModernVersion(version)).toBe(modern);
    expect(isLegacyVersion(version)).toBe(legacy);
  });
});

describe('version negotiation of initialize (2025-11-25, basic/lifecycle)', () => {
  it.each([
    ['2025-11-25', '2025-11-25'],
    ['2025-06-18', '2025-06-18'],
    ['2025-03-26', '2025-03-26'],
    ['2026-07-28', '2025-11-25'],
    ['2024-11-05', '2025-11-25'],
    ['', '2025-11-25'],
    [7, '2025-11-25'],
  ])('answers %j with %s', (requested, answered) => {
    expect(negotiateLegacyVersion(requested)).toBe(answered);
  });
});
