import * as fc from 'fast-check';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PromptsModule } from '../../src/prompts/prompts.module.js';
import { ResourcesModule } from '../../src/resources/resources.module.js';
import { ToolsModule } from '../../src/tools/tools.module.js';
import { testGatehouse, type TestGatehouse } from '../support/gatehouse.js';
import { McpPeer } from '../support/mcp-peer.js';
import { TokenForge } from '../support/token-forge.js';
import { body, type FuzzedSeeds, headers, message } from './arbitraries.js';
import { FuzzedModule } from './fuzzed-capabilities.js';

/** `FUZZ_SEED` repeats a run, `FUZZ_RUNS` makes it longer. */
const SEED = Number(process.env['FUZZ_SEED'] ?? 20_260_728);
const RUNS = Number(process.env['FUZZ_RUNS'] ?? 3_000);
/** No request may take longer, milliseconds. A question to the client waits for one second in this server. */
const HANG_MS = 10_000;
/** Bytes that the heap may grow over a whole run after everything was warm. */
const MAX_GROWTH = 8 * 1024 * 1024;

/** Characters of a request that a failure shows. */
const SHOWN = 1_000;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

function heapAfterCollection(): number {
  collectGarbage();
  collectGarbage();
  return process.memoryUsage().heapUsed;
}

describe(`The MCP endpoint under fuzzing, seed ${SEED}, ${RUNS} runs each`, () => {
  let gatehouse: TestGatehouse;
  let token: string;
  let sessionId: string;
  let seeds: FuzzedSeeds;
  const statuses = new Map<number, number>();

  beforeAll(async () => {
    gatehouse = await testGatehouse({
      logLevel: 'error',
      variables: {
        MCP_INPUT_TIMEOUT_SECONDS: '1',
        MCP_TOOL_TIMEOUT_SECONDS: '2',
        MCP_MAX_SESSIONS_PER_PRINCIPAL: '20',
      },
      capabilities: [
        ToolsModule,
        PromptsModule,
        FuzzedModule,
        ResourcesModule.forRoot({ folder: import.meta.dirname, maxFileBytes: 100_000, pageSize: 2 }),
      ],
    });
    token = await (await TokenForge.of(gatehouse)).token();
    const capabilities = { elicitation: {}, sampling: {}, roots: {} };
    const session = await McpPeer.connect({
      url: gatehouse.mcpUrl,
      token,
      version: '2025-11-25',
      capabilities,
    });
    sessionId = session.sessionId ?? '';
    const modern = await McpPeer.connect({
      url: gatehouse.mcpUrl,
      token,
      version: '2026-07-28',
      capabilities,
    });
    const page = await modern.result('resources/list');
    const asked = (await (await modern.post('tools/call', { name: 'ask' })).json()) as {
      result: { requestState: string };
    };
    seeds = { cursor: String(page['nextCursor']), requestState: asked.result.requestState };
  });

  afterAll(() => gatehouse.stop());

  /** Sends one request, reads what can be read of the answer, and says what is wrong with it. */
  const send = async (sent: Record<string, string>, text: string, verb = 'POST'): Promise<void> => {
    const response = await fetch(gatehouse.mcpUrl, {
      method: verb,
      headers: { ...sent, authorization: `Bearer ${token}` },
      ...(verb === 'POST' ? { body: text } : {}),
      signal: AbortSignal.timeout(HANG_MS),
    });
    statuses.set(response.status, (statuses.get(response.status) ?? 0) + 1);
    expect(response.status, text.slice(0, SHOWN)).toBeLessThan(500);
    if (response.headers.get('content-type') === 'text/event-stream') {
      const reader = response.body?.getReader();
      const { value } = (await reader?.read()) ?? {};
      await reader?.cancel();
      expect(Buffer.from(value ?? []).toString()).toMatch(/^(id|data|:)/);
      return;
    }
    const answer = await response.text();
    // Too large for a header: refused before any server sees it.
    if (answer === '' || response.status === 431) return;
    for (const one of [JSON.parse(answer) as unknown].flat()) {
      expect(one, text.slice(0, SHOWN)).toSatisfy(isAnswer);
    }
  };

  /** Puts in what a header has to repeat of the body, and leaves out what cannot be sent. */
  const mirrored = (
    sent: Readonly<Record<string, string | undefined>>,
    text: string,
  ): Record<string, string> => {
    const { method, params } = readable(text);
    const real = {
      'mcp-method': method,
      'mcp-name': params?.name ?? params?.uri,
      'mcp-session-id': sessionId,
    };
    return Object.fromEntries(
      Object.entries(sent)
        .map(
          ([name, value]) =>
            [name, value === 'MIRROR' || value === 'SESSION' ? real[name as 'mcp-name'] : value] as const,
        )
        .filter(
          (entry): entry is readonly [string, string] =>
            typeof entry[1] === 'string' && isHeaderValue(entry[1]),
        ),
    );
  };

  /** Runs a property twice, a quarter of it to get warm; how many bytes the heap has grown between the two. */
  const growth = async <Sent extends [unknown, ...unknown[]]>(
    property: fc.IAsyncProperty<Sent>,
  ): Promise<number> => {
    const options = { seed: SEED, endOnFailure: true };
    await fc.assert(property, { ...options, numRuns: Math.ceil(RUNS / 4) });
    const before = heapAfterCollection();
    await fc.assert(property, { ...options, seed: SEED + 1, numRuns: RUNS });
    return heapAfterCollection() - before;
  };

  it('answers whatever body comes under whatever headers', async () => {
    const property = fc.asyncProperty(headers, body(seeds), (sent, text) => send(mirrored(sent, text), text));
    expect(await growth(property)).toBeLessThan(MAX_GROWTH);
  });

  it('answers well-formed 2026-07-28 requests with whatever parameters', async () => {
    const modern = {
      'mcp-protocol-version': '2026-07-28',
      'mcp-method': 'MIRROR',
      'mcp-name': 'MIRROR',
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
    };
    const property = fc.asyncProperty(message(seeds), async (one) => {
      const text = JSON.stringify(one) ?? '';
      await send(mirrored(modern, text), text);
    });
    expect(await growth(property)).toBeLessThan(MAX_GROWTH);
  });

  it('answers GET and DELETE with whatever session and event', async () => {
    const verbs = fc.constantFrom('GET', 'DELETE', 'PUT', 'OPTIONS');
    const property = fc.asyncProperty(headers, verbs, async (sent, verb) => {
      const { 'mcp-session-id': id, ...others } = mirrored(sent, '');
      const isKept = id !== undefined && !(verb === 'DELETE' && id === sessionId);
      await send({ ...others, ...(isKept ? { 'mcp-session-id': id } : {}) }, '', verb);
    });
    expect(await growth(property)).toBeLessThan(MAX_GROWTH);
  });

  it('still serves afterwards, logged nothing as broken, and met more than refusals', async () => {
    const peer = await McpPeer.connect({ url: gatehouse.mcpUrl, token, version: '2026-07-28' });
    expect(await peer.result('tools/call', { name: 'change' })).toMatchObject({
      content: [{ text: 'changed' }],
    });
    const broken = gatehouse
      .log()
      .split('\n')
      .filter((line) => line.includes('"level":"error"'));
    expect(broken).toEqual([]);
    for (const status of [200, 202, 400, 404])
      expect(statuses.get(status), `status ${status}`).toBeGreaterThan(0);
  });
});

function readable(text: string): { method?: unknown; params?: { name?: unknown; uri?: unknown } } {
  try {
    const value = JSON.parse(text) as { method?: unknown; params?: { name?: unknown; uri?: unknown } } | null;
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}

/** What fetch lets through; the rest never leaves the client. */
function isHeaderValue(value: string): boolean {
  return /^[\x20-\x7e\x80-\xff]*$/.test(value);
}

function isAnswer(value: unknown): boolean {
  const answer = value as { jsonrpc?: unknown; result?: unknown; error?: unknown } | null;
  return answer?.jsonrpc === '2.0' && (answer.result !== undefined) !== (answer.error !== undefined);
}
