import { describe, expect, it } from 'vitest';
import { LoadShedder } from './load-shedder.js';

const LIMITS = { maxDelayMs: 1_000, maxRequests: 10 };

describe('LoadShedder', () => {
  it('turns work away while the event loop stays behind, and not for one moment of it', () => {
    let delay = 0;
    const changes: boolean[] = [];
    const shedder = new LoadShedder(LIMITS, { running: () => 1, delayMs: () => delay }, (isBehind) =>
      changes.push(isBehind),
    );
    const seen = [20, 5_000, 20, 1_001, 1_500, 2_000, 1_000, 5_000].map((milliseconds) => {
      delay = milliseconds;
      shedder.sample();
      return shedder.reason;
    });
    const behind = 'event_loop';
    expect(seen).toEqual([undefined, undefined, undefined, undefined, behind, behind, undefined, undefined]);
    expect(changes).toEqual([true, false]);
    shedder.onModuleDestroy();
  });

  it('turns work away where more runs than may', () => {
    let running = 10;
    const shedder = new LoadShedder(LIMITS, { running: () => running });
    expect(shedder.reason).toBeUndefined();
    running = 11;
    expect(shedder.reason).toBe('requests');
    shedder.onModuleDestroy();
  });

  it('turns nothing away where both limits are 0', () => {
    const off = { maxDelayMs: 0, maxRequests: 0 };
    expect(new LoadShedder(off, { running: () => 1e6 }).reason).toBeUndefined();
  });
});
