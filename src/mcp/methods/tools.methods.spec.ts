import { beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { gateOf, PRESENTATION, requestContext } from '../../../test/support/engine.js';
import { createLogger } from '../../logging/logger.js';
import { CapabilityRegistry } from '../capability-registry.js';
import { ChangeNotifier } from '../change-notifier.js';
import { ToolError } from '../tool-result.js';
import { Visibility } from '../visibility/visibility.js';
import { ToolsMethods } from './tools.methods.js';

describe('what a tool may return', () => {
  let lines: string[];

  beforeEach(() => {
    lines = [];
  });

  const call = async (returned: () => unknown, output?: z.ZodObject): Promise<unknown> => {
    const registry = new CapabilityRegistry();
    const description = {
      name: 'tool',
      description: 'A tool',
      inputSchema: {},
      ...(output ? { outputSchema: { type: 'object' } } : {}),
    };
    registry.addTool(
      { description, input: undefined, output, mirrored: [], invoke: returned, scopes: [] },
      'here',
    );
    const methods = new ToolsMethods(
      registry,
      new ChangeNotifier(),
      createLogger('info', { write: (line) => void lines.push(line) }),
      new Visibility(registry, gateOf(), PRESENTATION),
      PRESENTATION,
    );
    return methods.call({ name: 'tool' }, requestContext());
  };
  const text = (value: string): object => ({ content: [{ type: 'text', text: value }] });

  it.each([
    ['a string', () => 'rows'],
    ['a promise of one', () => Promise.resolve('rows')],
    [
      'a thenable, as query builders return them',
      // oxlint-disable-next-line unicorn/no-thenable
      () => ({ then: (done: (value: string) => void) => done('rows') }),
    ],
  ])('%s becomes text', async (_what, returned) => {
    expect(await call(returned)).toEqual(text('rows'));
  });

  it('a value is structured content, where there is an output schema', async () => {
    const output = z.object({ total: z.number() });
    expect(await call(() => ({ total: 5, internal: 'x' }), output)).toEqual({
      ...text('{\n  "total": 5\n}'),
      structuredContent: { total: 5 },
    });
  });

  it.each([
    [
      'at once',
      () => () => {
        throw new ToolError('There is no order A-1');
      },
    ],
    ['later', () => () => Promise.reject(new ToolError('There is no order A-1'))],
  ])('a ToolError thrown %s is read by the model', async (_when, make) => {
    expect(await call(make())).toEqual({ ...text('There is no order A-1'), isError: true });
    expect(lines).toEqual([]);
  });

  it.each([
    [
      'an error thrown at once',
      () => {
        throw new Error('password=hunter2');
      },
      undefined,
    ],
    ['an error thrown later', () => Promise.reject(new Error('password=hunter2')), undefined],
    ['a value that breaks the output schema', () => ({ total: 'many' }), z.object({ total: z.number() })],
  ])('%s is logged, and hidden behind the request id', async (_what, returned, output) => {
    expect(await call(returned, output)).toEqual({
      ...text('The tool failed unexpectedly (request request-1)'),
      isError: true,
    });
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      level: 'error',
      tool: 'tool',
      requestId: 'request-1',
    });
  });
});
