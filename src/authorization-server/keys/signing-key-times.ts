import type { SigningKeyTimes } from '../../metrics/key-metrics.js';
import type { KeyDescription } from './signing-keys.js';

/** Since when the key that signs now does, and when the next one takes over. `now`: milliseconds since 1970. */
export function signingKeyTimes(keys: readonly KeyDescription[], now: number): SigningKeyTimes {
  const current = keys.find(({ state }) => state === 'current');
  const next = keys.findLast(({ state }) => state === 'next');
  return {
    ageSeconds: current ? Math.max(0, (now - current.signsFrom.getTime()) / 1000) : 0,
    notAfter: next && next.signsFrom.getTime() / 1000,
  };
}
