import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rename, rm, symlink, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { InvalidCursor, InvalidParams, ResourceNotFound } from '../mcp/json-rpc-error.js';
import { createLogger } from '../logging/logger.js';
import { FilesystemResources } from './filesystem-resources.js';
import { FolderWatch } from './folder-watch.js';

const SECRET = 'the secret outside';

describe('filesystem resources', () => {
  let base: string;
  let folder: string;
  let resources: FilesystemResources;
  let folderWatch: FolderWatch;

  beforeEach(async () => {
    base = await mkdtemp(join(tmpdir(), 'resources-'));
    folder = join(base, 'shared');
    await mkdir(folder);
    await writeFile(join(base, 'secret.txt'), SECRET);
    const options = { folder, maxFileBytes: 1_000, pageSize: 3 };
    folderWatch = new FolderWatch(options, createLogger('warn'));
    resources = new FilesystemResources(options, folderWatch);
  });

  afterEach(async () => {
    folderWatch.onModuleDestroy();
    await rm(base, { recursive: true, force: true });
  });

  const put = async (path: string, content: string | Buffer = path): Promise<void> => {
    await mkdir(join(folder, path, '..'), { recursive: true });
    await writeFile(join(folder, path), content);
  };
  const read = (path: string) => resources.read(`file:///${path}`, { path });
  const list = async (): Promise<string[]> => {
    const names: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await resources.list(cursor);
      expect(page.resources.length).toBeLessThanOrEqual(3);
      names.push(...page.resources.map(({ name }) => name));
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    return names;
  };

  describe('read', () => {
    it('text with its MIME type, and bytes as base64', async () => {
      await put('a.md', '# Grüße');
      await put('b.bin', Buffer.from([0, 255, 1]));
      await put('LICENSE', 'plain');
      expect(await read('a.md')).toEqual([
        { uri: 'file:///a.md', mimeType: 'text/markdown', text: '# Grüße' },
      ]);
      expect(await read('b.bin')).toEqual([
        { uri: 'file:///b.bin', mimeType: 'application/octet-stream', blob: 'AP8B' },
      ]);
      expect(await read('LICENSE')).toEqual([
        { uri: 'file:///LICENSE', mimeType: 'text/plain', text: 'plain' },
      ]);
    });

    it('the type of a name however it is encoded', async () => {
      await put('a.md', 'x');
      expect(await read('a%2Emd')).toMatchObject([{ mimeType: 'text/markdown' }]);
    });

    it('bytes as base64 where a NUL is among the text, and a byte order mark as it is', async () => {
      await put('nul.txt', 'a\0b');
      await put('bom.txt', '\uFEFFa');
      expect(await read('nul.txt')).toMatchObject([{ mimeType: 'text/plain', blob: 'YQBi' }]);
      expect(await read('bom.txt')).toMatchObject([{ text: '\uFEFFa' }]);
    });

    it('a file of exactly the limit', async () => {
      await put('full.txt', 'x'.repeat(1_000));
      expect(await read('full.txt')).toMatchObject([{ text: 'x'.repeat(1_000) }]);
    });

    it('an empty file', async () => {
      await put('empty.txt', '');
      expect(await read('empty.txt')).toMatchObject([{ text: '' }]);
    });

    it('a link that stays inside', async () => {
      await put('real/a.txt', 'inside');
      await symlink(join(folder, 'real', 'a.txt'), join(folder, 'link.txt'));
      expect(await read('link.txt')).toMatchObject([{ text: 'inside' }]);
    });

    it.each([
      ['a link that leads out', async () => symlink(join(base, 'secret.txt'), join(folder, 'x'))],
      ['a relative link that leads out', async () => symlink('../secret.txt', join(folder, 'x'))],
      ['a folder', async () => mkdir(join(folder, 'x'))],
      ['a link to itself', async () => symlink('x', join(folder, 'x'))],
      ['a device behind a link', async () => symlink('/dev/zero', join(folder, 'x'))],
      ['a pipe that nobody writes to', async () => void execFileSync('mkfifo', [join(folder, 'x')])],
      ['nothing', async () => undefined],
    ])('nothing from %s', async (_what, make) => {
      await make();
      await expect(read('x')).rejects.toThrow(ResourceNotFound);
    });

    it.each([
      '../secret.txt',
      '%2e%2e/secret.txt',
      '..%2fsecret.txt',
      '%252e%252e/secret.txt',
      '.hidden',
      'a%00',
    ])('nothing by the path %j', async (path) => {
      await put('.hidden', SECRET);
      await expect(read(path)).rejects.toThrow(new ResourceNotFound(`file:///${path}`));
    });

    it('nothing through a linked folder that leads out', async () => {
      await symlink(base, join(folder, 'up'));
      await expect(read('up/secret.txt')).rejects.toThrow(ResourceNotFound);
    });

    it('nothing from a folder beside ours whose name begins like ours', async () => {
      await mkdir(join(base, 'shared-not'));
      await writeFile(join(base, 'shared-not', 'a'), SECRET);
      await symlink(join(base, 'shared-not'), join(folder, 'x'));
      await expect(read('x/a')).rejects.toThrow(ResourceNotFound);
    });

    it('never what a link points to that is swapped while it is read', async () => {
      await put('inside.txt', 'inside');
      const target = join(folder, 'swapped');
      const swap = async (to: string): Promise<void> => {
        await symlink(to, `${target}.new`);
        await rename(`${target}.new`, target);
      };
      await swap(join(folder, 'inside.txt'));
      const reading = new AbortController();
      const swapper = (async () => {
        for (let index = 0; !reading.signal.aborted && index < 20_000; index++) {
          await swap(index % 2 === 0 ? join(base, 'secret.txt') : join(folder, 'inside.txt'));
        }
      })();
      for (let index = 0; index < 300; index++) {
        const answer = await read('swapped').catch((error: unknown) => error);
        expect(JSON.stringify(answer)).not.toContain(SECRET);
      }
      reading.abort();
      await swapper;
    });

    it('says the limit and the size of a file that is too large', async () => {
      await put('large.txt', 'x'.repeat(1_001));
      await expect(read('large.txt')).rejects.toThrow(
        new InvalidParams('The file has 1001 bytes; this server reads files of up to 1000 bytes'),
      );
    });

    it('tells nothing of where the folder is', async () => {
      const error = (await read('nothing').catch((caught: unknown) => caught)) as Error;
      expect(error.message).not.toContain(base);
    });
  });

  describe('list', () => {
    it('every file in a stable order, a page at a time, with type and size', async () => {
      for (const path of ['b.txt', 'a/2.txt', 'a/1/x.md', 'c.json', 'a.txt', 'z/y/x.png', 'b/1'])
        await put(path);
      const names = await list();
      expect(names).toEqual(['a/1/x.md', 'a/2.txt', 'a.txt', 'b/1', 'b.txt', 'c.json', 'z/y/x.png']);
      const { resources: page } = await resources.list(undefined);
      expect(page[0]).toEqual({
        uri: 'file:///a/1/x.md',
        name: 'a/1/x.md',
        mimeType: 'text/markdown',
        size: 8,
      });
    });

    it('goes on behind a file that was deleted meanwhile', async () => {
      for (const path of ['a', 'b', 'c', 'd', 'e']) await put(path);
      const { nextCursor } = await resources.list(undefined);
      expect(nextCursor).toBe('c');
      await unlink(join(folder, 'c'));
      const { resources: rest } = await resources.list(nextCursor);
      expect(rest.map(({ name }) => name)).toEqual(['d', 'e']);
    });

    it('leaves out what cannot be read: hidden files, links that lead out, linked folders, pipes', async () => {
      await put('.hidden');
      await put('.git/config');
      await put('seen.txt');
      await symlink(join(base, 'secret.txt'), join(folder, 'out'));
      await symlink(base, join(folder, 'up'));
      await symlink(folder, join(folder, 'loop'));
      execFileSync('mkfifo', [join(folder, 'pipe')]);
      expect(await list()).toEqual(['seen.txt']);
    });

    it('is empty for an empty folder, and for one that is gone', async () => {
      expect(await list()).toEqual([]);
      await rm(folder, { recursive: true });
      expect(await list()).toEqual([]);
    });

    it('lists a link that stays inside, with the size of what it leads to', async () => {
      await put('real.txt', '12345');
      await symlink('real.txt', join(folder, 'a-link.txt'));
      const { resources: page } = await resources.list(undefined);
      expect(page[0]).toMatchObject({ name: 'a-link.txt', size: 5 });
    });

    it('goes 32 levels deep, and no deeper', async () => {
      const at = (levels: number): string =>
        [...Array.from({ length: levels - 1 }, () => 'd'), 'f'].join('/');
      await put(at(32));
      await put(at(33));
      expect(await list()).toEqual([at(32)]);
    });

    it('has no further page when the last one is just full', async () => {
      for (const path of ['a', 'b', 'c']) await put(path);
      expect((await resources.list(undefined)).nextCursor).toBeUndefined();
    });

    it.each(['../x', '/x', 'a//b', '.hidden', ''])('refuses the cursor %j', async (cursor) => {
      await expect(resources.list(cursor)).rejects.toThrow(InvalidCursor);
    });

    it('encodes names that have a meaning in a URI', async () => {
      await put('a b#c?d%.txt');
      const { resources: page } = await resources.list(undefined);
      expect(page[0]?.uri).toBe('file:///a%20b%23c%3Fd%25.txt');
      expect(await read('a%20b%23c%3Fd%25.txt')).toMatchObject([{ text: 'a b#c?d%.txt' }]);
    });
  });

  describe('watch', () => {
    it('tells of the file of a URI, however it is encoded', async () => {
      await put('sub/a b.md');
      const isTold = Promise.withResolvers<void>();
      resources.watch('file:///sub/a%20b%2Emd', isTold.resolve);
      await folderWatch.ready;
      await put('sub/a b.md', 'other');
      await expect(isTold.promise).resolves.toBeUndefined();
    });

    it('tells of the list', async () => {
      const isTold = Promise.withResolvers<void>();
      const stop = resources.watchList(isTold.resolve);
      await folderWatch.ready;
      await put('new.txt');
      await expect(isTold.promise).resolves.toBeUndefined();
      stop();
    });

    it.each([
      'file:///.hidden',
      'file:///sub/../../secret.txt',
      'file:///%2e%2e/secret.txt',
      'file://host/a.txt',
      'https://a.example/a.txt',
      'file:///',
    ])('does not even look at %j', (uri) => {
      const file = vi.spyOn(folderWatch, 'file');
      expect(resources.watch(uri, () => undefined)()).toBeUndefined();
      expect(file).not.toHaveBeenCalled();
    });
  });

  it('completes paths', async () => {
    for (const path of ['guides/a.md', 'guides/b.md', 'x.txt']) await put(path);
    expect(await resources.completePath('guides/')).toEqual(['guides/a.md', 'guides/b.md']);
    expect(await resources.completePath('')).toHaveLength(3);
  });

  it('completes no more than a hundred paths, and one that tells of more', async () => {
    await Promise.all(Array.from({ length: 120 }, (_, index) => put(`many-${index}`)));
    expect(await resources.completePath('many')).toHaveLength(101);
  });
});
