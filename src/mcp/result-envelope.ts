import type { Icon } from './decorators/presentation.js';
import type { Era } from './protocol-version.js';
import { SerialisedResult } from './serialised-result.js';

export const SERVER_INFO_META = 'io.modelcontextprotocol/serverInfo';

/** How long a client may keep a result, in milliseconds (2026-07-28, server/utilities/caching). What depends on the caller is private. */
const CACHEABLE: Readonly<Record<string, { ttlMs: number; cacheScope: 'private' | 'public' }>> = {
  'server/discover': { ttlMs: 300_000, cacheScope: 'private' },
  'tools/list': { ttlMs: 60_000, cacheScope: 'private' },
  'prompts/list': { ttlMs: 60_000, cacheScope: 'private' },
  'resources/list': { ttlMs: 0, cacheScope: 'private' },
  'resources/templates/list': { ttlMs: 60_000, cacheScope: 'private' },
  'resources/read': { ttlMs: 0, cacheScope: 'private' },
};

export interface ServerInfo {
  readonly name: string;
  readonly title: string;
  readonly version: string;
  readonly websiteUrl?: string;
  readonly icons?: readonly Icon[];
}

/** Lists that depend on what the caller may use: a client that has just been granted more shall see it at once. */
const BY_CALLER: ReadonlySet<string> = new Set(['tools/list', 'prompts/list', 'resources/templates/list']);

/** Writes results as JSON, with the members that 2026-07-28 adds to each. The constant part is written once. */
export class ResultEnvelope {
  readonly #serverInfo: ServerInfo;
  readonly #modernMembers = new Map<string, string>();

  /** `listsDiffer`: lists show each caller something else. */
  constructor(
    serverInfo: ServerInfo,
    private readonly listsDiffer = false,
  ) {
    this.#serverInfo = serverInfo;
  }

  write(era: Era, method: string, result: unknown): string {
    const members =
      result instanceof SerialisedResult
        ? result.members
        : JSON.stringify(era === 'modern' ? this.#withServerInfo(result) : result).slice(1, -1);
    if (era === 'legacy') return `{${members}}`;
    const separator = members === '' ? '' : ',';
    return `{${members}${separator}${this.#membersOf(method, result)}}`;
  }

  /** A 2026-07-28 result that asks for input (basic/patterns/mrtr). Never cacheable. */
  writeInputRequired(inputRequests: Readonly<Record<string, unknown>>, requestState: string): string {
    return JSON.stringify({
      resultType: 'input_required',
      inputRequests,
      requestState,
      _meta: { [SERVER_INFO_META]: this.#serverInfo },
    });
  }

  /** A result with a `_meta` of its own gets the server's entry into it, not a second `_meta`. */
  #withServerInfo(result: unknown): unknown {
    const { _meta } = result as { _meta?: object };
    if (_meta === undefined) return result;
    return { ...(result as object), _meta: { ..._meta, [SERVER_INFO_META]: this.#serverInfo } };
  }

  #membersOf(method: string, result: unknown): string {
    const hasMeta = (result as { _meta?: object })._meta !== undefined;
    const key = hasMeta ? `${method} with _meta` : method;
    let members = this.#modernMembers.get(key);
    if (members === undefined) {
      members = SerialisedResult.of({
        resultType: 'complete',
        ...CACHEABLE[method],
        ...(this.listsDiffer && BY_CALLER.has(method) ? { ttlMs: 0 } : {}),
        ...(hasMeta ? {} : { _meta: { [SERVER_INFO_META]: this.#serverInfo } }),
      }).members;
      this.#modernMembers.set(key, members);
    }
    return members;
  }
}
