import { type FileHandle, mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { ChainHead } from '../audit-chain.js';
import { headOf } from '../verify/audit-record.js';
import type { AuditSink, StoredEvent } from './audit-sink.js';

export interface FileSinkOptions {
  readonly path: string;
  /** Before a file grows over this many bytes it becomes `path.1`; 0: never. */
  readonly maxBytes: number;
  /** How many former files are kept. */
  readonly keep: number;
}

/** As much of the end of a file as is read to find the last events in it. */
const TAIL_BYTES = 65_536;

/**
 * Appends to a file that only its owner reads. Looks before every write whether the file is still the one at its path, so that logrotate and other
 * processes may move it; moves it itself where it grows too large. What a full disk cuts off is written once there is room.
 */
export class FileSink implements AuditSink {
  readonly name = 'file';
  readonly #options: FileSinkOptions;
  #file: FileHandle | undefined;
  #size = 0;
  /** Of the events that are written now: how many bytes are. */
  #written = 0;

  constructor(options: FileSinkOptions) {
    this.#options = options;
  }

  async write(events: readonly StoredEvent[]): Promise<void> {
    const bytes = Buffer.from(events.map(({ line }) => `${line}\n`).join(''));
    // A file in which a line was begun gets the rest of it.
    if (this.#written === 0) await this.#prepare(bytes.length);
    const file = this.#file as FileHandle;
    while (this.#written < bytes.length) {
      const { bytesWritten } = await file.write(bytes, this.#written);
      this.#written += bytesWritten;
      this.#size += bytesWritten;
    }
    this.#written = 0;
  }

  async heads(): Promise<readonly ChainHead[]> {
    await this.#prepare(0);
    const heads = new Map<string, ChainHead>();
    for (const path of [this.#former(1), this.#options.path])
      for (const line of await lastLines(path)) {
        const head = headOf(line);
        if (head) heads.set(head.chain, head);
      }
    return [...heads.values()];
  }

  async close(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    await file?.datasync().catch(() => undefined);
    await file?.close();
  }

  #former(number: number): string {
    return `${this.#options.path}.${number}`;
  }

  async #prepare(bytes: number): Promise<void> {
    const { path, maxBytes } = this.#options;
    const there = await statOf(path);
    if (!there || !this.#file || there.ino !== (await this.#file.stat()).ino) await this.#open();
    else this.#size = there.size;
    if (maxBytes > 0 && this.#size > 0 && this.#size + bytes > maxBytes) {
      await this.#rotate();
      await this.#open();
    }
  }

  async #open(): Promise<void> {
    await this.#file?.close();
    this.#file = undefined;
    await mkdir(dirname(this.#options.path), { recursive: true, mode: 0o700 });
    this.#file = await open(this.#options.path, 'a', 0o600);
    this.#size = (await this.#file.stat()).size;
  }

  /** Where several processes do so at once, some file may get a higher number than need be: none is overwritten but the oldest. */
  async #rotate(): Promise<void> {
    const { path, keep } = this.#options;
    if (keep === 0) {
      await rm(path, { force: true });
      return;
    }
    for (let number = keep; number > 1; number--)
      if (await statOf(this.#former(number - 1)))
        await rename(this.#former(number - 1), this.#former(number));
    await rename(path, this.#former(1));
  }
}

async function statOf(path: string): Promise<{ ino: number; size: number } | undefined> {
  try {
    return await stat(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

async function lastLines(path: string): Promise<string[]> {
  const size = (await statOf(path))?.size ?? 0;
  if (size === 0) return [];
  const file = await open(path, 'r');
  try {
    const from = Math.max(0, size - TAIL_BYTES);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(size - from), 0, size - from, from);
    return buffer.subarray(0, bytesRead).toString().split('\n');
  } finally {
    await file.close();
  }
}
