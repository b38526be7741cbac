import { realpath } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { Changes } from './change-collector.js';
import { statContainedFile } from './contained-file.js';

interface Reading {
  /** Differs when the contents may differ; undefined where there is nothing that may be read. */
  readonly version: string | undefined;
  /** Whether the file lies at the path itself. Events name no other path than the one at which something happened. */
  readonly isDirect: boolean;
}

const NOTHING: Reading = { version: undefined, isDirect: false };

/** A path whose file somebody wants to hear of, whether there is one now or not. */
export class WatchedFile {
  readonly listeners = new Set<() => void>();
  /** The paths of the folders that it lies in, and its own. */
  readonly #paths: readonly string[];
  #reading: Promise<Reading>;

  constructor(
    private readonly folder: string,
    private readonly segments: readonly string[],
  ) {
    this.#paths = segments.map((_, index) => segments.slice(0, index + 1).join('/'));
    this.#reading = this.#read();
  }

  /** Tells the listeners if the file is another one now, was written, came or went. */
  async check(changes: Changes): Promise<void> {
    const before = await this.#reading;
    const isConcerned = changes.isEverything || this.#paths.some((path) => changes.paths.has(path));
    if (before.isDirect && !isConcerned) return;
    this.#reading = this.#read();
    const { version } = await this.#reading;
    // Clocks of file systems are coarse: an event at the path counts, whatever they say.
    const isWritten = version !== undefined && changes.paths.has(this.#paths.at(-1) ?? '');
    if (isWritten || version !== before.version) for (const listener of this.listeners) listener();
  }

  async #read(): Promise<Reading> {
    try {
      const file = await statContainedFile(this.folder, join(this.folder, ...this.segments));
      if (!file) return NOTHING;
      const { dev, ino, size, mtimeNs, ctimeNs } = file.stats;
      return {
        version: [dev, ino, size, mtimeNs, ctimeNs].join(),
        isDirect: relative(await realpath(this.folder), file.resolved) === join(...this.segments),
      };
    } catch {
      return NOTHING;
    }
  }
}
