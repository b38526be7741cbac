import { constants } from 'node:fs';
import { type FileHandle, open, realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';

/** Never follows a link at the last step, and never waits for the other end of a pipe. */
const FLAGS = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/**
 * Opens a regular file that lies in the folder, links resolved. What was opened is compared with what the path leads to afterwards,
 * so that a link that is swapped between check and opening is found out. Undefined for everything that may not be read, or cannot.
 */
export async function openContainedFile(
  folder: string,
  segments: readonly string[],
): Promise<FileHandle | undefined> {
  const path = join(folder, ...segments);
  let handle: FileHandle | undefined;
  try {
    const resolved = await resolveInside(folder, path);
    if (resolved === undefined) return undefined;
    handle = await open(resolved, FLAGS);
    const opened = await handle.stat();
    const after = await resolveInside(folder, path);
    const there = after === undefined ? undefined : await stat(after);
    if (opened.isFile() && there?.ino === opened.ino && there.dev === opened.dev) return handle;
  } catch {
    // Not there, not readable, or gone meanwhile: all the same to the caller, who must not learn which.
  }
  await handle?.close();
  return undefined;
}

/** The real path, if it lies below the real folder. @throws when there is nothing at the path */
export async function resolveInside(folder: string, path: string): Promise<string | undefined> {
  const [root, resolved] = await Promise.all([realpath(folder), realpath(path)]);
  return resolved.startsWith(root.endsWith(sep) ? root : root + sep) ? resolved : undefined;
}
