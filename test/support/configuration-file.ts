import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A YAML file of settings (JSON is YAML), in a folder of its own. */
export async function configurationFile(
  settings: object,
): Promise<{ readonly path: string; remove(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-config-'));
  const path = join(folder, 'gatehouse.yaml');
  await writeFile(path, JSON.stringify(settings));
  return { path, remove: () => rm(folder, { recursive: true, force: true }) };
}
