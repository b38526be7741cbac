import fs from 'node:fs';
import { mkdir, mkdtemp, rename, rm, symlink, unlink, writeFile } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createLogger } from '../logging/logger.js';
import { FolderWatch } from './folder-watch.js';

const SENTINEL = 'sentinel.txt';

describe('watch on a folder', () => {
  let base: string;
  let folder: string;
  let watch: FolderWatch;
  let heard: string[];
  let awaited: Map<string, () => void>;
  let logged: string[];

  beforeEach(async () => {
    base = await mkdtemp(join(tmpdir(), 'folder-watch-'));
    folder = join(base, 'shared');
    await put(SENTINEL);
    heard = [];
    awaited = new Map();
    logged = [];
    watchFolder(folder);
  });

  afterEach(async () => {
    watch.onModuleDestroy();
    vi.restoreAllMocks();
    vi.useRealTimers();
    syncBuiltinESMExports();
    await rm(base, { recursive: true, force: true });
  });

  function watchFolder(path: string): void {
    const logger = createLogger('warn', { write: (line) => void logged.push(line) });
    watch = new FolderWatch({ folder: path, maxFileBytes: 1_000, pageSize: 10 }, logger);
  }
  const hears = (name: string) => () => {
    heard.push(name);
    awaited.get(name)?.();
  };
  const file = (path: string) => watch.file(path.split('/'), hears(path));
  const list = () => watch.list(hears('list'));
  const told = (name: string): Promise<void> =>
    heard.includes(name) ? Promise.resolve() : new Promise((resolve) => awaited.set(name, resolve));
  const put = async (path: string, content = path): Promise<void> => {
    await mkdir(join(folder, path, '..'), { recursive: true });
    await writeFile(join(folder, path), content);
  };
  const replace = async (path: string, content: string): Promise<void> => {
    await writeFile(join(folder, `.${content}.swp`), content);
    await rename(join(folder, `.${content}.swp`), join(folder, path));
  };
  /** Writes a file of its own and waits to hear of it, twice: the first may be told in one go with what came before. */
  const settled = async (): Promise<string[]> => {
    for (const content of ['1', '2']) {
      const isTold = new Promise<void>((resolve) => awaited.set(SENTINEL, resolve));
      await writeFile(join(folder, SENTINEL), content);
      await isTold;
    }
    return heard.splice(0).filter((name) => name !== SENTINEL);
  };
  const started = async (): Promise<void> => {
    file(SENTINEL);
    await watch.ready;
  };

  describe('tells of a file that', () => {
    it.each<[string, () => Promise<void>]>([
      ['is written', () => put('a.txt', 'new')],
      ['is replaced by another, as editors do', () => replace('a.txt', 'new')],
      ['is removed', () => unlink(join(folder, 'a.txt'))],
      ['is moved away', () => rename(join(folder, 'a.txt'), join(folder, 'b.txt'))],
    ])('%s', async (_what, change) => {
      await put('a.txt');
      file('a.txt');
      await started();
      await change();
      expect(await settled()).toContain('a.txt');
    });

    it('was replaced before, and removed and made again', async () => {
      await put('a.txt');
      file('a.txt');
      await started();
      for (const change of [
        () => replace('a.txt', 'one'),
        () => replace('a.txt', 'two'),
        () => unlink(join(folder, 'a.txt')),
        () => put('a.txt', 'three'),
        () => put('a.txt', 'four!'),
      ]) {
        await change();
        expect(await settled()).toContain('a.txt');
      }
    });

    it('comes with its folders, and is written there', async () => {
      file('new/er/a.txt');
      await started();
      await put('new/er/a.txt');
      expect(await settled()).toContain('new/er/a.txt');
      await put('new/er/a.txt', 'other');
      expect(await settled()).toContain('new/er/a.txt');
    });

    it('goes with its folder, and comes back with it', async () => {
      await put('sub/a.txt');
      file('sub/a.txt');
      await started();
      await rm(join(folder, 'sub'), { recursive: true });
      expect(await settled()).toContain('sub/a.txt');
      await put('sub/a.txt');
      expect(await settled()).toContain('sub/a.txt');
      await put('sub/a.txt', 'other');
      expect(await settled()).toContain('sub/a.txt');
    });

    it('lies in a folder that was removed and made again at once', async () => {
      await put('sub/a.txt');
      file('sub/a.txt');
      await started();
      await rm(join(folder, 'sub'), { recursive: true });
      await put('sub/a.txt');
      await settled();
      await put('sub/a.txt', 'other');
      expect(await settled()).toContain('sub/a.txt');
    });

    it('a link leads to', async () => {
      await put('real/a.txt');
      await symlink(join('real', 'a.txt'), join(folder, 'link.txt'));
      file('link.txt');
      await started();
      await put('real/a.txt', 'other');
      expect(await settled()).toEqual(['link.txt']);
    });

    it('is exchanged behind links, as Kubernetes updates a ConfigMap', async () => {
      await put('..v1/b.yaml', 'b: 1');
      await symlink('..v1', join(folder, '..data'));
      await symlink(join('..data', 'b.yaml'), join(folder, 'b.yaml'));
      file('b.yaml');
      await started();
      await put('..v2/b.yaml', 'b: 2');
      await symlink('..v2', join(folder, '..data_tmp'));
      await rename(join(folder, '..data_tmp'), join(folder, '..data'));
      expect(await settled()).toContain('b.yaml');
    });
  });

  describe('tells nothing of', () => {
    it('other files', async () => {
      await put('a.txt');
      await put('b/a.txt');
      file('a.txt');
      await started();
      await put('b/a.txt', 'other');
      await put('a.txt.bak');
      await put('b/c/a.txt');
      expect(await settled()).toEqual([]);
    });

    it('what lies outside, behind links to files and to folders', async () => {
      await mkdir(join(base, 'out'));
      await writeFile(join(base, 'out', 'a.txt'), 'outside');
      await symlink(join(base, 'out', 'a.txt'), join(folder, 'link.txt'));
      await symlink(join(base, 'out'), join(folder, 'up'));
      file('link.txt');
      file('up/a.txt');
      file('up/new.txt');
      list();
      await started();
      await writeFile(join(base, 'out', 'a.txt'), 'changed');
      await writeFile(join(base, 'out', 'new.txt'), 'new');
      await unlink(join(base, 'out', 'a.txt'));
      expect(await settled()).toEqual([]);
    });

    it('a link that comes and leads out, be it to a file or in place of a folder', async () => {
      await mkdir(join(base, 'out'));
      await writeFile(join(base, 'out', 'a.txt'), 'outside');
      await mkdir(join(folder, 'empty'));
      file('link.txt');
      file('empty/a.txt');
      list();
      await started();
      await symlink(join(base, 'out', 'a.txt'), join(folder, 'link.txt'));
      await rm(join(folder, 'empty'), { recursive: true });
      await symlink(join(base, 'out'), join(folder, 'empty'));
      await settled();
      await writeFile(join(base, 'out', 'a.txt'), 'changed');
      expect([...heard, ...(await settled())]).toEqual([]);
    });

    it('changes after its stop was called', async () => {
      await put('a.txt');
      const stop = file('a.txt');
      await started();
      stop();
      stop();
      await put('a.txt', 'other');
      expect(await settled()).toEqual([]);
    });
  });

  describe('tells of the list when', () => {
    it.each<[string, () => Promise<unknown>]>([
      ['a file comes', () => put('b.txt')],
      ['a file goes', () => unlink(join(folder, 'a.txt'))],
      ['a file gets another name', () => rename(join(folder, 'a.txt'), join(folder, 'b.txt'))],
      ['a file comes in a new folder', () => put('c/d/e.txt')],
      ['a folder with files goes', () => rm(join(folder, 'sub'), { recursive: true })],
      ['a folder with files gets another name', () => rename(join(folder, 'sub'), join(folder, 'bus'))],
      ['a link to a file comes', () => symlink('a.txt', join(folder, 'link.txt'))],
      ['a folder with files is moved out', () => rename(join(folder, 'sub'), join(base, 'sub'))],
      ['a link to nothing leads to a file', () => put('.b')],
    ])('%s', async (_what, change) => {
      await put('a.txt');
      await put('sub/deep/a.txt');
      await symlink('.b', join(folder, 'dangling'));
      list();
      await started();
      await change();
      expect(await settled()).toContain('list');
    });

    it('nothing but contents, hidden files and empty folders changed: not at all', async () => {
      await put('a.txt');
      await put('b.txt');
      list();
      await started();
      await put('a.txt', 'other');
      await replace('b.txt', 'new');
      await put('.hidden');
      await put('.git/config');
      await mkdir(join(folder, 'empty'));
      expect(await settled()).toEqual([]);
    });
  });

  it('tells everyone who listens for the same file', async () => {
    await put('a.txt');
    const stops = ['one', 'two'].map((name) => watch.file(['a.txt'], hears(name)));
    await started();
    await put('a.txt', 'other');
    expect((await settled()).toSorted()).toEqual(['one', 'two']);
    stops[0]?.();
    await put('a.txt', 'and another');
    expect(await settled()).toEqual(['two']);
  });

  it('tells of a storm, and of what comes after it', { timeout: 30_000 }, async () => {
    await put('a.txt');
    file('a.txt');
    list();
    await started();
    for (let index = 0; index < 1_100; index++)
      fs.linkSync(join(folder, SENTINEL), join(folder, `storm-${index}`));
    await put('a.txt', 'other');
    expect(await settled()).toEqual(expect.arrayContaining(['list', 'a.txt']));
    await put('a.txt', 'and another');
    expect(await settled()).toEqual(['a.txt']);
  });

  describe('on the system', () => {
    const open = new Map<fs.FSWatcher, unknown>();

    beforeEach(() => open.clear());

    function countWatches(before?: (path: unknown) => void): ReturnType<typeof vi.spyOn> {
      const real = fs.watch;
      const spy = vi.spyOn(fs, 'watch').mockImplementation((...args: Parameters<typeof fs.watch>) => {
        before?.(args[0]);
        const watcher = real(...args);
        const close = watcher.close.bind(watcher);
        open.set(watcher, args[0]);
        watcher.close = () => {
          open.delete(watcher);
          close();
        };
        return watcher;
      });
      syncBuiltinESMExports();
      return spy;
    }

    it('is one for each folder, from the first who listens to the last', async () => {
      await put('sub/a.txt');
      await put('sub/b.txt');
      await put('.hidden/c.txt');
      const spy = countWatches();
      const stops = [file('sub/a.txt'), file('sub/a.txt'), file('sub/b.txt'), list()];
      await watch.ready;
      expect(spy).toHaveBeenCalledTimes(2);
      expect(open.size).toBe(2);
      for (const stop of stops.slice(1)) stop();
      expect(open.size).toBe(2);
      stops[0]?.();
      expect(open.size).toBe(0);
      await started();
      expect(open.size).toBe(2);
    });

    it('ends when the application stops, for whoever still listens and comes later', async () => {
      countWatches();
      await started();
      expect(open.size).toBe(1);
      watch.onModuleDestroy();
      file('late.txt');
      await watch.ready;
      expect(open.size).toBe(0);
    });

    it.each([1, 2, 3, 4])('ends when it is stopped while it starts with folder %i', async (stopsAt) => {
      await put('a/b/c/d.txt');
      let count = 0;
      const spy = countWatches(() => {
        count += 1;
        if (count === stopsAt) stop();
      });
      const stop = list();
      await watch.ready;
      expect(spy).toHaveBeenCalledTimes(stopsAt);
      expect(open.size).toBe(0);
    });

    it('is none on what lies outside when a folder is swapped for a link while it starts', async () => {
      await put('sub/deep/a.txt');
      await mkdir(join(base, 'out', 'deep'), { recursive: true });
      countWatches((path) => {
        if (path !== join(folder, 'sub', 'deep')) return;
        fs.renameSync(join(folder, 'sub'), join(base, 'aside'));
        fs.symlinkSync(join(base, 'out'), join(folder, 'sub'));
      });
      file('sub/deep/a.txt');
      list();
      await started();
      await settled();
      expect([...open.values()]).toEqual([folder]);
      await writeFile(join(base, 'out', 'deep', 'a.txt'), 'outside');
      expect(await settled()).toEqual([]);
    });

    it('may fail for a folder: says so once, with what to do, and goes on with the others', async () => {
      for (const name of ['one', 'two']) await put(`${name}/a.txt`);
      const real = fs.watch;
      vi.spyOn(fs, 'watch').mockImplementation((...args: Parameters<typeof fs.watch>) => {
        if (args[0] === folder) return real(...args);
        throw Object.assign(new Error('no watches left'), { code: 'ENOSPC' });
      });
      syncBuiltinESMExports();
      list();
      await started();
      expect(logged).toHaveLength(1);
      expect(JSON.parse(logged[0] ?? '')).toMatchObject({
        level: 'warn',
        msg: expect.stringContaining('raise fs.inotify.max_user_watches') as string,
      });
      await put('b.txt');
      expect(await settled()).toContain('list');
    });
  });

  describe('when the folder itself', () => {
    const CHECK_MS = 5_000;

    beforeEach(() => void vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] }));

    it.each<[string, () => Promise<void>]>([
      ['is removed', () => rm(folder, { recursive: true })],
      ['is moved away', () => rename(folder, join(base, 'elsewhere'))],
    ])('%s, tells of it and warns; and finds it again', async (_what, remove) => {
      await put('a.txt');
      file('a.txt');
      list();
      await started();
      await remove();
      await Promise.all([told('a.txt'), told('list')]);
      expect(JSON.parse(logged.join(''))).toMatchObject({
        level: 'warn',
        msg: expect.stringContaining('put the folder back') as string,
      });
      heard.length = 0;
      await put('a.txt', 'back');
      await vi.advanceTimersByTimeAsync(CHECK_MS);
      await Promise.all([told('a.txt'), told('list')]);
      await settled();
      await put('a.txt', 'and written');
      expect(await settled()).toEqual(['a.txt']);
    });

    it('is a link that is turned round, tells of what is other there', async () => {
      await put('a.txt', 'first');
      await mkdir(join(base, 'v2'));
      await writeFile(join(base, 'v2', 'a.txt'), 'second');
      const current = join(base, 'current');
      await symlink(folder, current);
      watchFolder(current);
      file('a.txt');
      file('never.txt');
      list();
      await watch.ready;
      await symlink(join(base, 'v2'), `${current}.new`);
      await rename(`${current}.new`, current);
      await vi.advanceTimersByTimeAsync(CHECK_MS);
      await Promise.all([told('a.txt'), told('list')]);
      folder = join(base, 'v2');
      await put(SENTINEL);
      await started();
      await settled();
      await put('a.txt', 'third');
      expect(await settled()).toEqual(['a.txt']);
    });

    it.each<[string, () => Promise<void>]>([
      ['was never there', async () => undefined],
      ['was a file', () => writeFile(folder, '')],
    ])('%s, begins when it comes', async (_what, make) => {
      await rm(folder, { recursive: true });
      await make();
      file('a.txt');
      list();
      await watch.ready;
      expect(logged).toHaveLength(1);
      await rm(folder, { force: true });
      await put('a.txt');
      await vi.advanceTimersByTimeAsync(CHECK_MS);
      await Promise.all([told('a.txt'), told('list')]);
    });
  });
});
