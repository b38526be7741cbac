import { type BigIntStats, constants } from 'node:fs';
import { type FileHandle, lstat, open, readlink, realpath } from 'node:fs/promises';
import { join, sep } from 'node:path';

/** Never follows a link at the last step, and never waits for the other end of a pipe. */
const FLAGS = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/**
 * Opens a regular file that lies in the folder, links resolved, and looks again at what it has opened: a link or a folder may have
 * been swapped between check and opening. Undefined for everything that may not be read, or cannot. The caller closes the handle.
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
    if (await isContained(folder, path, handle)) return handle;
  } catch {
    // Not there, not readable, or gone meanwhile: all the same to the caller, who must not learn which.
  }
  await handle?.close();
  return undefined;
}

/** The real path, if it lies below the real folder. @throws when there is nothing at the path */
export async function resolveInside(folder: string, path: string): Promise<string | undefined> {
  const [root, resolved] = await Promise.all([realpath(folder), realpath(path)]);
  return isBelow(root, resolved) ? resolved : undefined;
}

/** The regular file that a path leads to, if it lies in the folder. Undefined for everything that may not be read, or is not there. */
export async function statContainedFile(
  folder: string,
  path: string,
): Promise<{ resolved: string; stats: BigIntStats } | undefined> {
  try {
    const resolved = await resolveInside(folder, path);
    if (resolved === undefined) return undefined;
    const stats = await lstat(resolved, { bigint: true });
    return stats.isFile() ? { resolved, stats } : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Whether an open handle is of a regular file in the folder, and of the one that the path leads to. A path alone proves little, for
 * it may be swapped and swapped back between any two looks at it.
 * @throws when there is nothing at the path
 */
export async function isContained(folder: string, path: string, handle: FileHandle): Promise<boolean> {
  const opened = await handle.stat();
  if (!opened.isFile() || !(await liesInside(folder, handle))) return false;
  const resolved = await resolveInside(folder, path);
  const there = resolved === undefined ? undefined : await lstat(resolved);
  return there?.ino === opened.ino && there.dev === opened.dev;
}

/**
 * Linux tells where the file of a handle lies (proc_pid_fd(5)), whatever happens to paths meanwhile. Systems without
 * `/proc/self/fd` cannot tell; there the comparison of paths has to do.
 */
async function liesInside(folder: string, handle: FileHandle): Promise<boolean> {
  const location = await readlink(`/proc/self/fd/${handle.fd}`).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  return location === undefined || isBelow(await realpath(folder), location);
}

function isBelow(root: string, path: string): boolean {
  return path.startsWith(root.endsWith(sep) ? root : root + sep);
}
