import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type PublicAddresses, sampleFiles } from './sample-files.js';

/**
 * Makes the resources folder, and fills it when it is empty, so that the first list is not. Never overwrites anything.
 * @throws the system's error (`EACCES`, `ENOTDIR`, ...) when the folder cannot be used
 */
export async function createSampleResources(folder: string, addresses: PublicAddresses): Promise<void> {
  await mkdir(folder, { recursive: true });
  if ((await readdir(folder)).length > 0) return;
  for (const [path, content] of sampleFiles(addresses)) {
    const file = join(folder, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, content, { flag: 'wx' });
  }
}
