import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { Logger } from '../logging/logger.js';
import type { Changes } from './change-collector.js';
import { FilesystemResourcesOptions } from './filesystem-resources.options.js';
import { FolderTree } from './folder-tree.js';
import { WatchedFile } from './watched-file.js';

const ADVICE: Readonly<Record<string, string>> = {
  EACCES: 'let this user read the folder',
  EMFILE: 'raise fs.inotify.max_user_instances or the limit of open files',
  ENOENT: 'put the folder back, it will be found',
  ENOSPC: 'raise fs.inotify.max_user_watches',
};

/**
 * Tells of changes in the shared folder: one watch on it while anybody listens, however many do. Changes are told about 50 ms after
 * they happened, several to one file once, and each only as "may have changed".
 *
 * Every folder is watched by itself with Node's `fs.watch`. On Linux, its `recursive` mode also puts a watch on each file, is deaf to
 * a file once an editor has replaced it, and follows links out of the folder. chokidar 5 gets those right, but takes a watch for each
 * file, too: for 10,000 files in a hundred folders, 1.1 s of CPU (0.3 to 0.6 s of them in one go) and 130 MB; a watch on each folder
 * alone takes 101 watches, 50 ms and 3 MB.
 */
@Injectable()
export class FolderWatch implements OnModuleDestroy {
  readonly #files = new Map<string, WatchedFile>();
  readonly #listListeners = new Set<() => void>();
  readonly #toldFailures = new Set<string | undefined>();
  #tree: FolderTree | undefined;
  #isDestroyed = false;

  constructor(
    private readonly options: FilesystemResourcesOptions,
    private readonly logger: Logger,
  ) {}

  /** Resolves when every change from now on will be told; at once while nobody listens. */
  get ready(): Promise<void> {
    return this.#tree?.ready ?? Promise.resolve();
  }

  /** Calls `changed` when the file at a path is written, replaced, removed or comes back, until the returned function is called. */
  file(segments: readonly string[], changed: () => void): () => void {
    const path = segments.join('/');
    const file = this.#files.get(path) ?? new WatchedFile(this.options.folder, segments);
    this.#files.set(path, file);
    return this.#listen(file.listeners, changed, () => {
      if (file.listeners.size === 0 && this.#files.get(path) === file) this.#files.delete(path);
    });
  }

  /** Calls `changed` when files are added, removed or renamed, until the returned function is called. */
  list(changed: () => void): () => void {
    return this.#listen(this.#listListeners, changed);
  }

  onModuleDestroy(): void {
    this.#isDestroyed = true;
    this.#close();
  }

  #listen(listeners: Set<() => void>, changed: () => void, stopped?: () => void): () => void {
    const listener = (): void => changed();
    listeners.add(listener);
    if (!this.#isDestroyed) {
      this.#tree ??= new FolderTree(this.options.folder, {
        settled: (changes, isListChanged) => this.#settled(changes, isListChanged),
        failed: (error) => this.#failed(error),
      });
    }
    return () => {
      listeners.delete(listener);
      stopped?.();
      if (this.#files.size === 0 && this.#listListeners.size === 0) this.#close();
    };
  }

  #close(): void {
    this.#tree?.close();
    this.#tree = undefined;
  }

  async #settled(changes: Changes, isListChanged: boolean): Promise<void> {
    if (isListChanged) for (const listener of this.#listListeners) listener();
    await Promise.all([...this.#files.values()].map((file) => file.check(changes)));
  }

  /** Once for each reason: it would be said of every folder otherwise, and again for every client. */
  #failed(error: unknown): void {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (this.#toldFailures.has(code)) return;
    this.#toldFailures.add(code);
    const advice = ADVICE[code];
    this.logger
      .of('resources')
      .pino.warn(
        { err: error },
        `resources cannot be watched completely, so that subscribed clients miss changes${advice ? `: ${advice}` : ''}`,
      );
  }
}
