import { describe, expect, it } from 'vitest';
import { signingKeyTimes } from './signing-key-times.js';
import type { KeyDescription } from './signing-keys.js';

const NOW = 1_800_000_000;

function key(state: KeyDescription['state'], signsFrom: number): KeyDescription {
  const date = new Date(signsFrom * 1000);
  return { kid: state, algorithm: 'ES256', state, publishedAt: date, signsFrom: date };
}

describe('the times of a signing key', () => {
  it('is as old as it has signed, and ends when the next one signs', () => {
    const keys = [
      key('next', NOW + 900),
      key('next', NOW + 50),
      key('current', NOW - 30),
      key('retiring', NOW - 99),
    ];
    expect(signingKeyTimes(keys, NOW * 1000)).toEqual({ ageSeconds: 30, notAfter: NOW + 50 });
  });

  it('has no end where there is no next key', () => {
    expect(signingKeyTimes([key('current', NOW)], NOW * 1000)).toEqual({
      ageSeconds: 0,
      notAfter: undefined,
    });
  });
});
