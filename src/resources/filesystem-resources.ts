import { Injectable } from '@nestjs/common';
import type { FileHandle } from 'node:fs/promises';
import { ResourceTemplate, type ResourcePage } from '../mcp/decorators/resource-template.decorator.js';
import { InvalidCursor, InvalidParams, ResourceNotFound } from '../mcp/json-rpc-error.js';
import type { ResourceContents } from '../mcp/tool-result.js';
import { openContainedFile } from './contained-file.js';
import { FilesystemResourcesOptions } from './filesystem-resources.options.js';
import { walkFiles } from './file-walk.js';
import { FolderWatch } from './folder-watch.js';
import { mimeTypeOf } from './mime-types.js';
import { isPlainName, pathSegments, segmentsOf, uriOf } from './resource-path.js';

const MAX_COMPLETIONS = 100;
/** Files that one completion looks at, so that a large folder cannot make it slow. */
const MAX_COMPLETION_FILES = 10_000;

/** The files of one folder as resources. Nothing outside it can be read, and nothing of where it lies is told. */
@Injectable()
export class FilesystemResources {
  constructor(
    private readonly options: FilesystemResourcesOptions,
    private readonly folderWatch: FolderWatch,
  ) {}

  /**
   * Contents of one file: text where its bytes are UTF-8 without NUL, else base64.
   * @throws ResourceNotFound alike for what is missing and for what is forbidden; InvalidParams for what is too large
   */
  @ResourceTemplate<FilesystemResources>({
    uriTemplate: 'file:///{+path}',
    name: 'file',
    title: 'Files',
    description: 'A file of the shared folder, by its path relative to that folder',
    list: (host, cursor) => host.list(cursor),
    complete: { path: (host, value) => host.completePath(value) },
    watch: (host, uri, changed) => host.watch(uri, changed),
    watchList: (host, changed) => host.watchList(changed),
  })
  async read(uri: string, { path }: { path: string }): Promise<ResourceContents[]> {
    const segments = pathSegments(path);
    const handle = segments && (await openContainedFile(this.options.folder, segments));
    if (!segments || !handle) throw new ResourceNotFound(uri);
    try {
      return [contents(uri, mimeTypeOf(segments.at(-1) ?? ''), await this.#bytesOf(handle))];
    } finally {
      await handle.close();
    }
  }

  /** A page of files, read from the disk each time. @throws InvalidCursor */
  async list(cursor: string | undefined): Promise<ResourcePage> {
    const after = cursor?.split('/');
    if (after && !after.every(isPlainName)) throw new InvalidCursor();
    const page: ResourcePage = { resources: [] };
    for await (const { path, size } of walkFiles(this.options.folder, after)) {
      const last = page.resources.at(-1);
      if (last && page.resources.length === this.options.pageSize) {
        page.nextCursor = last.name;
        break;
      }
      page.resources.push({ uri: uriOf(path), name: path, mimeType: mimeTypeOf(path), size });
    }
    return page;
  }

  /** Paths that begin with what was typed: a hundred, and one more where there are more, so that the answer can say so. */
  async completePath(value: string): Promise<string[]> {
    const found: string[] = [];
    let seen = 0;
    for await (const { path } of walkFiles(this.options.folder)) {
      if (path.startsWith(value)) found.push(path);
      if (found.length > MAX_COMPLETIONS || ++seen === MAX_COMPLETION_FILES) break;
    }
    return found;
  }

  /** Calls `changed` when the file of a URI may have changed. What may not be read is not heard of either. */
  watch(uri: string, changed: () => void): () => void {
    const segments = segmentsOf(uri);
    return segments ? this.folderWatch.file(segments, changed) : () => undefined;
  }

  /** Calls `changed` when files were added, removed or renamed; not when only their contents or sizes changed. */
  watchList(changed: () => void): () => void {
    return this.folderWatch.list(changed);
  }

  /** Reads no more than the limit, whatever the size said: a file may grow meanwhile. */
  async #bytesOf(handle: FileHandle): Promise<Buffer> {
    const { maxFileBytes } = this.options;
    const { size } = await handle.stat();
    if (size > maxFileBytes) {
      throw new InvalidParams(
        `The file has ${size} bytes; this server reads files of up to ${maxFileBytes} bytes`,
      );
    }
    const buffer = Buffer.alloc(size);
    let filled = 0;
    while (filled < size) {
      const { bytesRead } = await handle.read(buffer, filled, size - filled, filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    return buffer.subarray(0, filled);
  }
}

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function contents(uri: string, known: string, bytes: Buffer): ResourceContents {
  const text = textOf(bytes);
  if (text === undefined) return { uri, mimeType: known, blob: bytes.toString('base64') };
  return { uri, mimeType: known === 'application/octet-stream' ? 'text/plain' : known, text };
}

function textOf(bytes: Buffer): string | undefined {
  if (bytes.includes(0)) return undefined;
  try {
    return UTF8.decode(bytes);
  } catch {
    return undefined;
  }
}
