import { Registry } from 'prom-client';
import { beforeEach, describe, expect, it } from 'vitest';
import { HotHistogram } from '../metrics/hot-histogram.js';
import { CapabilityRegistry, type MethodEntry, type ToolEntry } from './capability-registry.js';
import { JSON_RPC } from './json-rpc-error.js';
import { OperationDurations, type OperationEnd } from './operation-durations.js';

const VERSION = '2026-07-28';

describe('durations of operations', () => {
  let registry: CapabilityRegistry;
  let histogram: HotHistogram;
  let durations: OperationDurations;
  const method = (name: string): MethodEntry => registry.methods.get(name) as MethodEntry;
  const addTool = (name: string): void => void registry.tools.set(name, {} as ToolEntry);

  beforeEach(() => {
    registry = new CapabilityRegistry();
    for (const name of ['tools/call', 'prompts/get'])
      registry.addMethod({ method: name, eras: ['modern'], scopes: [], handle: () => ({}) }, 'test');
    addTool('add');
    histogram = new HotHistogram({
      name: 'd',
      help: 'd',
      labelNames: [],
      buckets: [1],
      registers: [new Registry()],
    });
    durations = new OperationDurations(histogram, registry);
  });

  const labels = (end: OperationEnd, name: unknown = 'add', of = 'tools/call') =>
    durations.series(method(of), name, VERSION, end).labels;

  it.each<[OperationEnd, string, string]>([
    ['ok', '', ''],
    ['tool_error', 'tool_error', ''],
    [JSON_RPC.internalError, '-32603', '-32603'],
    [403, '403', '403'],
    [429, '429', '429'],
    [JSON_RPC.invalidParams, '', '-32602'],
    [JSON_RPC.methodNotFound, '', '-32601'],
    [JSON_RPC.legacyResourceNotFound, '', '-32002'],
    [12_345, '_other', '_other'],
  ])('that end in %s have the error "%s" and the code "%s"', (end, error_type, rpc_response_status_code) => {
    expect(labels(end)).toEqual({
      mcp_method_name: 'tools/call',
      gen_ai_tool_name: 'add',
      mcp_protocol_version: VERSION,
      error_type,
      rpc_response_status_code,
    });
  });

  it.each([['no-such-tool'], [undefined], [7], ['__proto__']])('know no tool %s', (name) => {
    expect(durations.series(method('tools/call'), name, VERSION, 'ok').labels['gen_ai_tool_name']).toBe(
      '_other',
    );
  });

  it('name tools for calls of tools only', () => {
    expect(labels('ok', 'add', 'prompts/get')['gen_ai_tool_name']).toBe('');
  });

  it('find a series again', () => {
    expect(durations.series(method('tools/call'), 'add', VERSION, 'ok')).toBe(
      durations.series(method('tools/call'), 'add', VERSION, 'ok'),
    );
  });

  it('stay bounded where tools come and go', () => {
    for (let index = 0; index < 2_000; index++) {
      addTool(`tool-${index}`);
      durations.series(method('tools/call'), `tool-${index}`, VERSION, 'ok');
      registry.tools.delete(`tool-${index}`);
    }
    expect([...histogram.series()]).toHaveLength(501);
  });

  it('are there before the first operation, for all that can go well', () => {
    durations.prepare();
    const known = [...histogram.series()].map((one) => [
      one.labels['mcp_method_name'],
      one.labels['gen_ai_tool_name'],
    ]);
    expect(known).toEqual([
      ['tools/call', 'add'],
      ['prompts/get', ''],
    ]);
  });
});
