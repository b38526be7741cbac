import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ChangeCollector, type Changes } from './change-collector.js';

describe('collector of changes', () => {
  let windows: Changes[];
  let collector: ChangeCollector;

  beforeEach(async () => {
    vi.useFakeTimers();
    windows = [];
    collector = new ChangeCollector(async (changes) => void windows.push(changes));
    await vi.advanceTimersByTimeAsync(0);
  });

  afterEach(() => {
    collector.close();
    vi.useRealTimers();
  });

  const next = async (): Promise<Changes | undefined> => {
    windows.length = 0;
    await vi.advanceTimersByTimeAsync(50);
    return windows[0];
  };

  it('begins with everything, at once', () => {
    expect(windows).toEqual([{ paths: new Set(), hasMoves: false, isEverything: true }]);
  });

  it('names each path of a window once', async () => {
    for (const path of ['a', 'b', 'a', 'a']) collector.note(path, false);
    expect(await next()).toEqual({ paths: new Set(['a', 'b']), hasMoves: false, isEverything: false });
    expect(await next()).toBeUndefined();
  });

  it('does not put a window off for what goes on', async () => {
    collector.note('a', false);
    await vi.advanceTimersByTimeAsync(49);
    collector.note('b', true);
    expect(await next()).toEqual({ paths: new Set(['a', 'b']), hasMoves: true, isEverything: false });
  });

  it('names nothing hidden, and says that something moved', async () => {
    collector.note(undefined, true);
    expect(await next()).toEqual({ paths: new Set(), hasMoves: true, isEverything: false });
  });

  it.each([
    ['paths', (index: number) => `path-${index}`],
    ['events', () => 'the same'],
  ])('remembers nothing of a storm of %s but that there was one', async (_what, pathOf) => {
    for (let index = 0; index < 10_001; index++) collector.note(pathOf(index), true);
    expect(await next()).toEqual({ paths: new Set(), hasMoves: true, isEverything: true });
    collector.note('later', false);
    expect(await next()).toEqual({ paths: new Set(['later']), hasMoves: false, isEverything: false });
  });

  it('settles one window at a time, and rests as long as that took', async () => {
    const held = Promise.withResolvers<void>();
    const begun: ReadonlySet<string>[] = [];
    const busy = new ChangeCollector(async ({ paths }) => {
      begun.push(paths);
      await held.promise;
    });
    await vi.advanceTimersByTimeAsync(0);
    busy.note('meanwhile', false);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(begun).toHaveLength(1);
    held.resolve();
    await vi.advanceTimersByTimeAsync(999);
    expect(begun).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(begun).toEqual([new Set(), new Set(['meanwhile'])]);
    busy.close();
  });

  it('settles nothing once it is closed', async () => {
    collector.note('a', false);
    collector.close();
    expect(await next()).toBeUndefined();
  });
});
