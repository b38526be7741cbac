import type { HotHistogram, HotHistogramSeries } from '../metrics/hot-histogram.js';
import type { CapabilityRegistry, MethodEntry } from './capability-registry.js';
import { JSON_RPC } from './json-rpc-error.js';
import { LEGACY_VERSIONS, MODERN_VERSIONS } from './protocol-version.js';

/** What an operation ended with: nothing special, a tool that reports an error (`isError`), or the code of a JSON-RPC error. */
export type OperationEnd = 'ok' | 'tool_error' | number;

const OTHER = '_other';
/** A server whose tools come and go at run time shall not have more series with each of them. */
const MAX_TOOLS = 500;

/** The client's own mistakes are no errors of this server (OpenTelemetry semantic conventions for MCP). */
const NO_ERRORS: ReadonlySet<number> = new Set([
  JSON_RPC.parseError,
  JSON_RPC.invalidRequest,
  JSON_RPC.methodNotFound,
  JSON_RPC.invalidParams,
  JSON_RPC.legacyResourceNotFound,
]);
/** Those of HTTP that an operation can be refused with, beside those of JSON-RPC. Any other code is a tool's own: `_other`. */
const CODES: ReadonlySet<number> = new Set([...Object.values(JSON_RPC), 403, 429, 503]);

type ByEnd = Map<OperationEnd, HotHistogramSeries>;
type ByVersion = Map<string, ByEnd>;

/** The series of `mcp_server_operation_duration_seconds`, found without building a text or an object for an operation. */
export class OperationDurations {
  readonly #series = new Map<MethodEntry | undefined, Map<string, ByVersion>>();
  readonly #tools = new Set<string>();

  constructor(
    private readonly histogram: HotHistogram,
    private readonly registry: CapabilityRegistry,
  ) {}

  /** `tool`: as the client sent it; only registered ones become a label. */
  series(
    entry: MethodEntry | undefined,
    tool: unknown,
    version: string,
    end: OperationEnd,
  ): HotHistogramSeries {
    const name = entry?.method === 'tools/call' ? this.#known(tool) : '';
    let byTool = this.#series.get(entry);
    if (!byTool) this.#series.set(entry, (byTool = new Map<string, ByVersion>()));
    let byVersion = byTool.get(name);
    if (!byVersion) byTool.set(name, (byVersion = new Map<string, ByEnd>()));
    let byEnd = byVersion.get(version);
    if (!byEnd) byVersion.set(version, (byEnd = new Map<OperationEnd, HotHistogramSeries>()));
    const known = typeof end === 'number' && !CODES.has(end) ? 0 : end;
    let series = byEnd.get(known);
    if (!series) byEnd.set(known, (series = this.histogram.labels(labels(entry, name, version, known))));
    return series;
  }

  /** Makes the series of what can go well, so that a rate over them is known from the first scrape on. */
  prepare(): void {
    for (const entry of this.registry.methods.values()) {
      const tools = entry.method === 'tools/call' ? this.registry.tools.keys() : [''];
      for (const tool of tools) {
        if (entry.eras.includes('modern')) this.series(entry, tool, MODERN_VERSIONS[0], 'ok');
        if (entry.eras.includes('legacy')) this.series(entry, tool, LEGACY_VERSIONS[0], 'ok');
      }
    }
  }

  #known(tool: unknown): string {
    if (typeof tool !== 'string' || !this.registry.tools.has(tool)) return OTHER;
    if (!this.#tools.has(tool)) {
      if (this.#tools.size >= MAX_TOOLS) return OTHER;
      this.#tools.add(tool);
    }
    return tool;
  }
}

function labels(
  entry: MethodEntry | undefined,
  tool: string,
  version: string,
  end: OperationEnd,
): Record<string, string> {
  const code = typeof end === 'number' ? String(end || OTHER) : '';
  return {
    mcp_method_name: entry?.method ?? OTHER,
    gen_ai_tool_name: tool,
    error_type: errorType(end, code),
    mcp_protocol_version: version,
    rpc_response_status_code: code,
  };
}

function errorType(end: OperationEnd, code: string): string {
  if (end === 'ok') return '';
  if (end === 'tool_error') return end;
  return NO_ERRORS.has(end) ? '' : code;
}
