import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WatchedFile } from './watched-file.js';

describe('watched file', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'watched-file-'));
    await mkdir(join(folder, 'sub'));
    await writeFile(join(folder, 'sub', 'a.txt'), 'first');
  });

  afterEach(() => rm(folder, { recursive: true, force: true }));

  const write = (content: string) => writeFile(join(folder, 'sub', 'a.txt'), content);
  const checked = async (
    path: string,
    { paths = [] as string[], isEverything = false, change = async () => {} },
  ): Promise<boolean> => {
    const file = new WatchedFile(folder, path.split('/'));
    const listener = vi.fn<() => void>();
    file.listeners.add(listener);
    const window = { hasMoves: false, isEverything: false };
    await file.check({ ...window, paths: new Set() });
    await change();
    await file.check({ ...window, paths: new Set(paths), isEverything });
    return listener.mock.calls.length === 1;
  };

  it('is told of by an event at its path, even if no clock shows a change', async () => {
    expect(await checked('sub/a.txt', { paths: ['sub/a.txt'] })).toBe(true);
  });

  it('is not told of by an event at the path of nothing', async () => {
    expect(await checked('sub/b.txt', { paths: ['sub/b.txt'] })).toBe(false);
  });

  it.each([
    ['its folder', { paths: ['sub'] }],
    ['everything', { isEverything: true }],
  ])('is told of by an event at %s if it is another one', async (_what, window) => {
    expect(await checked('sub/a.txt', { ...window, change: () => write('other') })).toBe(true);
    expect(await checked('sub/a.txt', window)).toBe(false);
  });

  it('is not looked at for events elsewhere', async () => {
    expect(await checked('sub/a.txt', { paths: ['sub/b.txt', 'a.txt'], change: () => write('new') })).toBe(
      false,
    );
  });
});
