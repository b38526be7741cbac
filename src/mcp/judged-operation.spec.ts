import { beforeEach, describe, expect, it } from 'vitest';
import { CapabilityRegistry, type MethodEntry } from './capability-registry.js';
import { judgedOperation } from './judged-operation.js';
import { UriTemplate } from './uri-template.js';

let registry: CapabilityRegistry;

beforeEach(() => {
  registry = new CapabilityRegistry();
  const methods = {
    'tools/list': ['list'],
    'tools/call': ['call'],
    'prompts/get': ['get'],
    'resources/read': ['read'],
    'resources/subscribe': ['read'],
    'completion/complete': [],
    'subscriptions/listen': [],
  };
  for (const [method, scopes] of Object.entries(methods))
    registry.addMethod({ method, scopes, eras: ['modern', 'legacy'], handle: () => ({}) }, 'test');
  const complete = new Map<string, never>();
  registry.addPrompt(
    {
      description: { name: 'review', description: '' },
      arguments: undefined,
      complete,
      scopes: ['reviewer'],
      invoke: () => undefined,
    },
    'test',
  );
  registry.addResourceTemplate(
    {
      description: { uriTemplate: 'file:///{+path}', name: 'file' },
      template: new UriTemplate('file:///{+path}'),
      list: undefined,
      watch: undefined,
      watchList: undefined,
      complete,
      scopes: ['files'],
      invoke: () => undefined,
    },
    'test',
  );
});

function judged(method: string, params: Record<string, unknown>) {
  const found = judgedOperation(registry, registry.methods.get(method) as MethodEntry, params);
  const seen = ({ operation, scopes }: typeof found | NonNullable<(typeof found)['also']>[number]) => {
    const { method: name, kind, target, arguments: args } = operation;
    return { method: name, kind, target, args, scopes };
  };
  return [seen(found), ...(found.also ?? []).map(seen)];
}

describe('what the policy is asked about', () => {
  it('a resource, in its one form, however it is written', () => {
    expect(judged('resources/read', { uri: 'file:///a/../%73ecret' })).toEqual([
      {
        method: 'resources/read',
        kind: 'resource',
        target: 'file:///secret',
        args: {},
        scopes: ['read', 'files'],
      },
    ]);
  });

  it('the reading of a resource that is subscribed to', () => {
    const uri = 'file:///secret';
    const seen = { kind: 'resource', target: uri, args: {}, scopes: ['read', 'files'] };
    expect(judged('resources/subscribe', { uri })).toEqual([
      { method: 'resources/subscribe', ...seen },
      { method: 'resources/read', ...seen },
    ]);
  });

  it('the lists and the resources that are listened for', () => {
    const notifications = {
      toolsListChanged: true,
      resourceSubscriptions: ['file:///a', 'file:///a', 'x:y', 1],
    };
    expect(judged('subscriptions/listen', { notifications }).slice(1)).toEqual([
      { method: 'tools/list', kind: undefined, target: undefined, args: {}, scopes: ['list'] },
      {
        method: 'resources/read',
        kind: 'resource',
        target: 'file:///a',
        args: {},
        scopes: ['read', 'files'],
      },
    ]);
  });

  it('no more resources than one stream may be about', () => {
    const resourceSubscriptions = Array.from({ length: 257 }, (_, index) => `file:///${index}`);
    expect(() => judged('subscriptions/listen', { notifications: { resourceSubscriptions } })).toThrow(
      'one stream can be subscribed to 256 resources',
    );
  });

  it('the prompt that is completed, with what is filled in', () => {
    const params = {
      ref: { type: 'ref/prompt', name: 'review' },
      argument: { name: 'language', value: 'py' },
      context: { arguments: { code: 'x' } },
    };
    const seen = { kind: 'prompt', target: 'review', args: { code: 'x', language: 'py' } };
    expect(judged('completion/complete', params)).toEqual([
      { method: 'completion/complete', ...seen, scopes: ['get', 'reviewer'] },
      { method: 'prompts/get', ...seen, scopes: ['get', 'reviewer'] },
    ]);
  });

  it.each([
    ['tools/call', { name: 'nobody', arguments: { a: 1 } }, { a: 1 }],
    ['tools/call', { name: 'nobody', arguments: [1] }, {}],
    ['tools/call', { name: ['a'] }, {}],
    ['completion/complete', { ref: 1, argument: 1, context: 1 }, {}],
    ['subscriptions/listen', { notifications: { resourceSubscriptions: 'file:///a' } }, {}],
    ['resources/subscribe', {}, {}],
  ])('of %s %j: no target, and nothing beside it', (method, params, args) => {
    expect(judged(method, params)).toEqual([
      expect.objectContaining({ method, kind: undefined, target: undefined, args }),
    ]);
  });
});
