import {
  type FileHandle,
  link,
  mkdir,
  mkdtemp,
  open,
  rename,
  rm,
  symlink,
  unlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isContained, openContainedFile } from './contained-file.js';

const SECRET = 'the secret outside';

describe('contained file', () => {
  let base: string;
  let folder: string;

  beforeEach(async () => {
    base = await mkdtemp(join(tmpdir(), 'contained-'));
    folder = join(base, 'shared');
    await mkdir(join(folder, 'sub'), { recursive: true });
    await mkdir(join(base, 'out'));
    await writeFile(join(folder, 'sub', 'a.txt'), 'inside');
    await writeFile(join(base, 'out', 'a.txt'), SECRET);
  });

  afterEach(() => rm(base, { recursive: true, force: true }));

  const contentOf = async (handle: FileHandle): Promise<string> => {
    try {
      return await handle.readFile('utf8');
    } finally {
      await handle.close();
    }
  };

  it('is open for reading, and nothing else', async () => {
    const handle = await openContainedFile(folder, ['sub', 'a.txt']);
    await expect(handle?.write('x')).rejects.toMatchObject({ code: 'EBADF' });
    expect(await contentOf(handle as FileHandle)).toBe('inside');
  });

  it('is found in a folder that is itself a link', async () => {
    await symlink(folder, join(base, 'link'));
    const handle = await openContainedFile(join(base, 'link'), ['sub', 'a.txt']);
    expect(await contentOf(handle as FileHandle)).toBe('inside');
  });

  it('is found behind links as Kubernetes mounts a ConfigMap', async () => {
    await mkdir(join(folder, '..2026_01_01'));
    await writeFile(join(folder, '..2026_01_01', 'b.yaml'), 'b: 1');
    await symlink('..2026_01_01', join(folder, '..data'));
    await symlink(join('..data', 'b.yaml'), join(folder, 'b.yaml'));
    const handle = await openContainedFile(folder, ['b.yaml']);
    expect(await contentOf(handle as FileHandle)).toBe('b: 1');
  });

  describe('looked at again after it was opened', () => {
    const verdict = async (opened: string, path: string): Promise<boolean> => {
      const handle = await open(opened);
      try {
        return await isContained(folder, path, handle);
      } finally {
        await handle.close();
      }
    };

    it('is the one that was asked for', async () => {
      const path = join(folder, 'sub', 'a.txt');
      expect(await verdict(path, path)).toBe(true);
    });

    it('is another one when its folder was swapped for the opening and swapped back', async () => {
      expect(await verdict(join(base, 'out', 'a.txt'), join(folder, 'sub', 'a.txt'))).toBe(false);
    });

    it('is another one when the path leads to a different file of the folder by now', async () => {
      await writeFile(join(folder, 'b.txt'), 'b');
      expect(await verdict(join(folder, 'b.txt'), join(folder, 'sub', 'a.txt'))).toBe(false);
    });

    it('is outside when the path leads out by now', async () => {
      await symlink(join(base, 'out'), join(folder, 'up'));
      expect(await verdict(join(base, 'out', 'a.txt'), join(folder, 'up', 'a.txt'))).toBe(false);
    });

    it('is no file when it is a folder', async () => {
      expect(await verdict(join(folder, 'sub'), join(folder, 'sub'))).toBe(false);
    });

    // A second name of the same file makes every comparison of paths come out right, as a swap at the right moments does.
    it.runIf(process.platform === 'linux')(
      'is outside when it was opened outside, whatever paths say',
      async () => {
        await link(join(base, 'out', 'a.txt'), join(folder, 'same.txt'));
        expect(await verdict(join(base, 'out', 'a.txt'), join(folder, 'same.txt'))).toBe(false);
      },
    );
  });

  it('is never one outside when a folder is swapped for a link while it is opened', async () => {
    const target = join(folder, 'sub');
    const opening = new AbortController();
    const swapper = (async () => {
      for (let index = 0; !opening.signal.aborted && index < 20_000; index++) {
        await rename(target, `${target}.aside`);
        await symlink(join(base, 'out'), target);
        await unlink(target);
        await rename(`${target}.aside`, target);
      }
    })();
    const contents = new Set<string | undefined>();
    for (let index = 0; index < 300; index++) {
      const handle = await openContainedFile(folder, ['sub', 'a.txt']);
      contents.add(handle && (await contentOf(handle)));
    }
    opening.abort();
    await swapper;
    expect([...contents]).not.toContain(SECRET);
  });
});
