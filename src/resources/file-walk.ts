import type { Dirent } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { resolveInside } from './contained-file.js';
import { isPlainName } from './resource-path.js';

export interface WalkedFile {
  /** Relative to the folder, with `/`. */
  readonly path: string;
  /** bytes */
  readonly size: number;
}

/** Names in the path of a file, its own included, down to which files are found. */
export const MAX_DEPTH = 32;

/**
 * The regular files below a folder in the order of their path segments, beginning after `after`. Reads a folder only when it gets
 * there: whoever takes a page pays for a page. Linked folders are not entered, and links that lead out are left out.
 */
export async function* walkFiles(folder: string, after?: readonly string[]): AsyncGenerator<WalkedFile> {
  yield* walk(folder, [], after);
}

async function* walk(
  folder: string,
  parents: readonly string[],
  after: readonly string[] | undefined,
): AsyncGenerator<WalkedFile> {
  const [boundary, ...rest] = after ?? [];
  for (const entry of await entries(join(folder, ...parents))) {
    if (boundary !== undefined && entry.name < boundary) continue;
    const isBoundary = entry.name === boundary;
    const segments = [...parents, entry.name];
    if (entry.isDirectory()) {
      if (segments.length < MAX_DEPTH)
        yield* walk(folder, segments, isBoundary && rest.length > 0 ? rest : undefined);
      continue;
    }
    if (isBoundary) continue;
    const size = await sizeOf(folder, segments, entry);
    if (size !== undefined) yield { path: segments.join('/'), size };
  }
}

async function entries(path: string): Promise<Dirent[]> {
  const found = await readdir(path, { withFileTypes: true }).catch(() => []);
  return found
    .filter(({ name }) => isPlainName(name))
    .toSorted((left, right) => (left.name < right.name ? -1 : 1));
}

async function sizeOf(
  folder: string,
  segments: readonly string[],
  entry: Dirent,
): Promise<number | undefined> {
  if (!entry.isFile() && !entry.isSymbolicLink()) return undefined;
  try {
    const path = await resolveInside(folder, join(folder, ...segments));
    const found = path === undefined ? undefined : await lstat(path);
    return found?.isFile() ? found.size : undefined;
  } catch {
    return undefined;
  }
}
