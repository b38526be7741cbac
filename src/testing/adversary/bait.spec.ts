import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it, vi } from 'vitest';
import { environmentSecrets, layBait } from './bait.js';

describe('layBait', () => {
  it('puts a secret into the environment and into a file, and counts who fetches its address', async () => {
    const bait = await layBait();
    expect(Object.values(process.env)).toContain(bait.environmentSecret);
    expect(readFileSync(bait.file, 'utf8')).toBe(bait.fileSecret);
    expect(bait.fileSecret).not.toBe(bait.environmentSecret);
    expect(bait.fetched()).toBe(0);
    expect((await fetch(bait.url)).status).toBe(200);
    expect(bait.fetched()).toBe(1);
    await bait.remove();
  });

  it('takes all of it away', async () => {
    const bait = await layBait();
    const another = await layBait();
    await bait.remove();
    expect(Object.values(process.env)).not.toContain(bait.environmentSecret);
    expect(Object.values(process.env)).toContain(another.environmentSecret);
    expect(existsSync(bait.file)).toBe(false);
    await expect(fetch(bait.url)).rejects.toThrow('fetch failed');
    await another.remove();
  });
});

describe('environmentSecrets', () => {
  it('knows them by their names', () => {
    vi.stubEnv('SHOP_PASSWORD', 'correct horse');
    vi.stubEnv('SHOP_API_KEY', 'short');
    vi.stubEnv('SHOP_CITY', 'a city with a long name');
    expect(environmentSecrets()).toContain('correct horse');
    expect(environmentSecrets()).not.toContain('short');
    expect(environmentSecrets()).not.toContain('a city with a long name');
    vi.unstubAllEnvs();
  });
});
