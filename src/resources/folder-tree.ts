import { realpath } from 'node:fs/promises';
import { ChangeCollector, type Changes } from './change-collector.js';
import { type FolderTreeContext, isAbsence, WatchedFolder } from './watched-folder.js';

/** Milliseconds after which it is looked whether the folder is still the same: nothing tells when a link to it is turned round. */
const ROOT_CHECK_MS = 5_000;

export interface FolderTreeListener {
  /** @param isListChanged whether files were added, removed or renamed */
  settled(changes: Changes, isListChanged: boolean): Promise<void>;
  /** A folder cannot be watched, or the topmost one is not there. Reads are not concerned. */
  failed(error: unknown): void;
}

/** Watches a folder and all below it until it is closed, and finds the folder again when it goes and comes back. */
export class FolderTree implements FolderTreeContext {
  readonly #collector: ChangeCollector;
  readonly #timer: NodeJS.Timeout;
  readonly #ready = Promise.withResolvers<void>();
  #root: WatchedFolder | undefined;
  #realRoot: string | undefined;
  #isClosed = false;
  #isStarted = false;

  constructor(
    private readonly folder: string,
    private readonly listener: FolderTreeListener,
  ) {
    this.#collector = new ChangeCollector((changes) => this.#settle(changes));
    this.#timer = setInterval(() => void this.#checkRoot(), ROOT_CHECK_MS).unref();
  }

  get root(): string {
    return this.#realRoot ?? this.folder;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Resolves when every change from now on will be seen, or, when the tree was closed before, nothing is done any more. */
  get ready(): Promise<void> {
    return this.#ready.promise;
  }

  note(path: string | undefined, isMove: boolean): void {
    if (!this.#isClosed) this.#collector.note(path, isMove);
  }

  failed(error: unknown): void {
    // What went away will be missed where it lay.
    if (!isAbsence(error) && !this.#isClosed) this.listener.failed(error);
  }

  close(): void {
    this.#isClosed = true;
    clearInterval(this.#timer);
    this.#collector.close();
    this.#root?.close();
    if (!this.#isStarted) this.#ready.resolve();
  }

  async #settle(changes: Changes): Promise<void> {
    try {
      const isRootInPlace = await this.#isRootInPlace();
      const isListChanged = isRootInPlace ? await this.#look(changes) : await this.#findRoot();
      const isEverything = changes.isEverything || !isRootInPlace;
      if (!this.#isClosed) await this.listener.settled({ ...changes, isEverything }, isListChanged);
    } catch (error) {
      this.listener.failed(error);
    }
    this.#ready.resolve();
  }

  async #look({ paths, hasMoves, isEverything }: Changes): Promise<boolean> {
    if (!this.#root) return false;
    if (isEverything) return this.#root.scan();
    let isOther = false;
    for (const path of paths) isOther = (await this.#root.look(path.split('/'))) || isOther;
    if (hasMoves) isOther = (await this.#root.lookAtLinks()) || isOther;
    return isOther;
  }

  async #checkRoot(): Promise<void> {
    if (!(await this.#isRootInPlace())) this.#collector.noteEverything();
  }

  async #isRootInPlace(): Promise<boolean> {
    const real = await realpath(this.folder).catch(() => undefined);
    if (!this.#isStarted || real !== this.#realRoot) return false;
    return real === undefined || ((await this.#root?.isInPlace()) ?? false);
  }

  /** True when another list than before may be read there. */
  async #findRoot(): Promise<boolean> {
    const isFirst = !this.#isStarted;
    const wasThere = this.#root !== undefined;
    this.#isStarted = true;
    this.#root?.close();
    this.#root = undefined;
    this.#realRoot = undefined;
    try {
      this.#realRoot = await realpath(this.folder);
      this.#root = await WatchedFolder.at(this, []);
      if (!this.#root && !this.#isClosed) throw new Error(`${this.folder} is not a folder`);
    } catch (error) {
      this.listener.failed(error);
    }
    return !isFirst && (wasThere || this.#root !== undefined);
  }
}
