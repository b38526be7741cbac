import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { RunClock } from './run-clock.js';

describe('how long a handler may run', () => {
  let timedOut = false;
  const clock = (waiting = false): RunClock =>
    new RunClock({ runMs: 100, waitMs: 1000, waiting, onTimeout: () => void (timedOut = true) });

  beforeEach(() => {
    timedOut = false;
    vi.useFakeTimers();
  });
  afterEach(() => vi.useRealTimers());

  it('is the limit, to the millisecond', () => {
    clock();
    vi.advanceTimersByTime(99);
    expect(timedOut).toBe(false);
    vi.advanceTimersByTime(1);
    expect(timedOut).toBe(true);
  });

  it('does not count the time that it waits for the client', () => {
    const running = clock();
    vi.advanceTimersByTime(60);
    running.pause();
    vi.advanceTimersByTime(999);
    running.resume();
    vi.advanceTimersByTime(39);
    expect(timedOut).toBe(false);
    vi.advanceTimersByTime(1);
    expect(timedOut).toBe(true);
  });

  it('ends where the client takes too long, from the first moment on', () => {
    clock(true);
    vi.advanceTimersByTime(999);
    expect(timedOut).toBe(false);
    vi.advanceTimersByTime(1);
    expect(timedOut).toBe(true);
  });

  it('never ends once it is stopped', () => {
    clock().stop();
    vi.advanceTimersByTime(10_000);
    expect(timedOut).toBe(false);
  });
});
