import { type Dirent, type FSWatcher, watch } from 'node:fs';
import { lstat, readdir, realpath } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { statContainedFile } from './contained-file.js';
import { MAX_DEPTH } from './file-walk.js';
import { isPlainName } from './resource-path.js';

/** What the folders of one tree have in common. */
export interface FolderTreeContext {
  /** The real path of the topmost folder. */
  readonly root: string;
  readonly isClosed: boolean;
  /** @param path undefined for something hidden */
  note(path: string | undefined, isMove: boolean): void;
  /** A folder cannot be watched. */
  failed(error: unknown): void;
}

/** Of `Stats` and `Dirent` alike. */
interface Kind {
  isFile(): boolean;
  isDirectory(): boolean;
  isSymbolicLink(): boolean;
}

/**
 * One folder with the folders in it, each watched by itself, and the names that a list would show. Linked and hidden folders are not
 * entered. Its methods must not run at the same time as others of the same tree, save `close`.
 */
export class WatchedFolder {
  readonly #folders = new Map<string, WatchedFolder>();
  readonly #files = new Set<string>();
  /** Whether each link leads to a file of the tree. */
  readonly #links = new Map<string, boolean>();
  readonly #path: string;
  #watcher: FSWatcher | undefined;
  #identity: string | undefined;
  #isMoved = false;

  private constructor(
    private readonly tree: FolderTreeContext,
    private readonly segments: readonly string[],
  ) {
    this.#path = join(tree.root, ...segments);
  }

  /** Watches a folder and what is in it. Undefined when there is no such folder, or only one behind a link. */
  static async at(tree: FolderTreeContext, segments: readonly string[]): Promise<WatchedFolder | undefined> {
    const folder = new WatchedFolder(tree, segments);
    // Watched first and looked at then: nothing that comes in between is missed, and a folder swapped for a link is found out.
    folder.#watch();
    folder.#identity = await identityOf(folder.#path);
    if (folder.#identity !== undefined) await folder.scan();
    if (folder.#identity !== undefined && !tree.isClosed) return folder;
    folder.close();
    return undefined;
  }

  /** Whether the folder at the path is still the one that is watched. */
  async isInPlace(): Promise<boolean> {
    return !this.#isMoved && this.#identity === (await identityOf(this.#path));
  }

  /** Looks at everything anew. True when a list would show other names than before. */
  async scan(): Promise<boolean> {
    this.#watch();
    const entries = await this.#entries();
    if (!entries) return false;
    const gone = [...this.#files, ...this.#links.keys(), ...this.#folders.keys()].filter(
      (name) => !entries.has(name),
    );
    let isOther = false;
    for (const name of gone) isOther = (await this.#enter(name, undefined)) || isOther;
    for (const [name, entry] of entries) isOther = (await this.#enter(name, entry, true)) || isOther;
    return isOther;
  }

  /** Looks at one path anew. True when a list would show other names than before. */
  async look([name, ...rest]: readonly string[]): Promise<boolean> {
    if (name === undefined) return false;
    if (rest.length > 0) return (await this.#folders.get(name)?.look(rest)) ?? false;
    return this.#enter(name, await lstat(join(this.#path, name)).catch(() => undefined));
  }

  /** Looks at all links anew: what they lead to may have come or gone elsewhere. */
  async lookAtLinks(): Promise<boolean> {
    let isOther = false;
    for (const name of this.#links.keys()) isOther = (await this.look([name])) || isOther;
    for (const folder of this.#folders.values()) isOther = (await folder.lookAtLinks()) || isOther;
    return isOther;
  }

  close(): void {
    this.#watcher?.close();
    for (const folder of this.#folders.values()) folder.close();
  }

  #watch(): void {
    if (this.#watcher || this.tree.isClosed) return;
    try {
      this.#watcher = watch(this.#path, { persistent: false }, (event, name) => this.#heard(event, name));
      this.#watcher.on('error', (error) => {
        this.#watcher?.close();
        this.tree.failed(error);
      });
    } catch (error) {
      this.tree.failed(error);
    }
  }

  #heard(event: string, name: string | null): void {
    const isMove = event === 'rename';
    // How the system says that the folder itself was moved or removed. It may have a successor of the same inode number.
    if (isMove && name === basename(this.#path)) this.#isMoved = true;
    const isVisible = name !== null && isPlainName(name);
    this.tree.note(isVisible ? [...this.segments, name].join('/') : undefined, isMove);
  }

  /** What can be seen. Undefined where that cannot be told just now, for want of open files, say. */
  async #entries(): Promise<Map<string, Dirent> | undefined> {
    try {
      const found = await readdir(this.#path, { withFileTypes: true });
      return new Map(found.filter(({ name }) => isPlainName(name)).map((entry) => [entry.name, entry]));
    } catch (error) {
      this.tree.failed(error);
      return isAbsence(error) || (error as NodeJS.ErrnoException).code === 'EACCES' ? new Map() : undefined;
    }
  }

  async #enter(name: string, found: Kind | undefined, isDeep = false): Promise<boolean> {
    const wasListed = this.#isListed(name);
    const isFolder = found?.isDirectory() ?? false;
    const isOther = isFolder ? await this.#enterFolder(name, isDeep) : this.#leaveFolder(name);
    if (found?.isFile()) this.#files.add(name);
    else this.#files.delete(name);
    if (found?.isSymbolicLink()) this.#links.set(name, await this.#leadsToFile(name));
    else this.#links.delete(name);
    return isOther || this.#isListed(name) !== wasListed;
  }

  async #enterFolder(name: string, isDeep: boolean): Promise<boolean> {
    const known = this.#folders.get(name);
    if (known && (await known.isInPlace())) return isDeep && known.scan();
    const isOther = this.#leaveFolder(name);
    if (this.segments.length + 1 >= MAX_DEPTH) return isOther;
    const folder = await WatchedFolder.at(this.tree, [...this.segments, name]);
    if (!folder) return isOther;
    this.#folders.set(name, folder);
    if (this.tree.isClosed) folder.close();
    return folder.#hasListed() || isOther;
  }

  #leaveFolder(name: string): boolean {
    const folder = this.#folders.get(name);
    if (!folder) return false;
    this.#folders.delete(name);
    folder.close();
    return folder.#hasListed();
  }

  async #leadsToFile(name: string): Promise<boolean> {
    return (await statContainedFile(this.tree.root, join(this.#path, name))) !== undefined;
  }

  #isListed(name: string): boolean {
    return this.#files.has(name) || this.#links.get(name) === true;
  }

  #hasListed(): boolean {
    return (
      this.#files.size > 0 ||
      [...this.#links.values()].includes(true) ||
      [...this.#folders.values()].some((folder) => folder.#hasListed())
    );
  }
}

/** Whether something went away while it was looked at. */
export function isAbsence(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' || code === 'ENOTDIR';
}

/** Of a folder that lies at the path itself, not behind a link. */
async function identityOf(path: string): Promise<string | undefined> {
  try {
    const [real, stats] = await Promise.all([realpath(path), lstat(path, { bigint: true })]);
    return real === path && stats.isDirectory() ? `${stats.dev}:${stats.ino}` : undefined;
  } catch {
    return undefined;
  }
}
