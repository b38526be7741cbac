import { beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { CapabilityRegistry, type MethodEntry } from './capability-registry.js';
import { requiredScopes } from './required-scopes.js';
import { UriTemplate } from './uri-template.js';

let registry: CapabilityRegistry;

function addMethod(method: string, ...scopes: string[]): void {
  registry.addMethod({ method, scopes, eras: ['modern', 'legacy'], handle: () => ({}) }, 'test');
}

function invoke(): void {}

beforeEach(() => {
  registry = new CapabilityRegistry();
  addMethod('tools/list', 'mcp:tools:read');
  addMethod('tools/call', 'mcp:tools:execute');
  addMethod('prompts/get', 'mcp:prompts:read');
  addMethod('resources/read', 'mcp:resources:read');
  addMethod('completion/complete');
  const complete = new Map<string, never>();
  for (const [name, scopes] of [
    ['add', []],
    ['wipe', ['admin']],
    ['again', ['mcp:tools:execute', 'admin']],
  ] as const) {
    registry.addTool(
      {
        description: { name, description: '', inputSchema: {} },
        input: z.object({}),
        output: undefined,
        mirrored: [],
        scopes,
        invoke,
      },
      'test',
    );
  }
  registry.addPrompt(
    {
      description: { name: 'review', description: '' },
      arguments: undefined,
      scopes: ['reviewer'],
      complete,
      invoke,
    },
    'test',
  );
  registry.addResource(
    { description: { uri: 'file:///secret', name: 's' }, watch: undefined, scopes: ['secret'], invoke },
    'test',
  );
  registry.addResourceTemplate(
    {
      description: { uriTemplate: 'file:///{+path}', name: 'f' },
      template: new UriTemplate('file:///{+path}'),
      list: undefined,
      watch: undefined,
      watchList: undefined,
      complete,
      scopes: ['files'],
      invoke,
    },
    'test',
  );
});

describe('scopes that an operation needs', () => {
  it.each<[string, Record<string, unknown>, string | undefined, string[]]>([
    ['tools/list', { name: 'wipe' }, undefined, ['mcp:tools:read']],
    ['tools/call', { name: 'add' }, 'add', ['mcp:tools:execute']],
    ['tools/call', { name: 'wipe' }, 'wipe', ['mcp:tools:execute', 'admin']],
    ['tools/call', { name: 'again' }, 'again', ['mcp:tools:execute', 'admin']],
    ['tools/call', { name: 'nobody' }, undefined, ['mcp:tools:execute']],
    ['tools/call', { name: ['wipe'] }, undefined, ['mcp:tools:execute']],
    ['tools/call', { name: 'constructor' }, undefined, ['mcp:tools:execute']],
    ['tools/call', {}, undefined, ['mcp:tools:execute']],
    ['prompts/get', { name: 'review' }, 'review', ['mcp:prompts:read', 'reviewer']],
    ['prompts/get', { name: 'nobody' }, undefined, ['mcp:prompts:read']],
    ['resources/read', { uri: 'file:///secret' }, 'file:///secret', ['mcp:resources:read', 'secret']],
    ['resources/read', { uri: 'file:///a/b' }, 'file:///a/b', ['mcp:resources:read', 'files']],
    ['resources/read', { uri: 'http://x/' }, undefined, ['mcp:resources:read']],
    ['resources/read', { uri: 7 }, undefined, ['mcp:resources:read']],
    [
      'completion/complete',
      { ref: { type: 'ref/prompt', name: 'review' } },
      'review',
      ['mcp:prompts:read', 'reviewer'],
    ],
    [
      'completion/complete',
      { ref: { type: 'ref/resource', uri: 'file:///{+path}' } },
      'file:///{+path}',
      ['mcp:resources:read', 'files'],
    ],
    [
      'completion/complete',
      { ref: { type: 'ref/resource', uri: 'file:///secret' } },
      'file:///secret',
      ['mcp:resources:read', 'secret'],
    ],
    ['completion/complete', { ref: { type: 'ref/prompt', name: 'nobody' } }, undefined, ['mcp:prompts:read']],
    ['completion/complete', { ref: 'review' }, undefined, []],
    ['completion/complete', {}, undefined, []],
  ])('of %s %j: about %s, %j', (method, params, target, scopes) => {
    const entry = registry.methods.get(method) as MethodEntry;
    const found = requiredScopes(registry, entry, params);
    expect({ target: found.target, scopes: found.scopes }).toEqual({ target, scopes });
    expect(found.kind === undefined).toBe(target === undefined);
  });
});
