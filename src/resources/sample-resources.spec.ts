import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSampleResources } from './sample-resources.js';

const PUBLIC = { publicUrl: 'https://gate.example.com' };

describe('sample resources', () => {
  let base: string;

  beforeEach(async () => {
    base = await mkdtemp(join(tmpdir(), 'samples-'));
  });

  afterEach(() => rm(base, { recursive: true, force: true }));

  it('fill a folder that was not there', async () => {
    const folder = join(base, 'new', 'resources');
    await createSampleResources(folder, PUBLIC);
    expect((await readdir(folder)).toSorted()).toEqual([
      'config.json',
      'guides',
      'images',
      'oauth2-config.yaml',
      'sample.md',
      'welcome.txt',
    ]);
    expect(await readFile(join(folder, 'config.json'), 'utf8')).toContain('https://gate.example.com/mcp');
  });

  it('leave a folder alone that has anything in it', async () => {
    await writeFile(join(base, 'mine.txt'), 'mine');
    await createSampleResources(base, PUBLIC);
    expect(await readdir(base)).toEqual(['mine.txt']);
  });

  it('tell why a folder cannot be used', async () => {
    await writeFile(join(base, 'file'), '');
    await expect(createSampleResources(join(base, 'file'), PUBLIC)).rejects.toMatchObject({ code: 'EEXIST' });
  });
});
