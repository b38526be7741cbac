import type { CapabilityRegistry, MethodEntry } from '../../mcp/capability-registry.js';
import type { MirroredParameter } from '../../mcp/mirrored-parameters.js';
import { requiredScopes } from '../../mcp/required-scopes.js';
import type { Version } from '../client/rpc-request.js';
import type { AttackOptions } from './attack-options.js';
import { sampleOf } from './sample-value.js';
import type { Schema } from './schema.js';

type Arguments = Readonly<Record<string, unknown>>;

/** Something of a server that can be asked for. */
export interface Target {
  /** Such as `tool find_order`. */
  readonly label: string;
  readonly name: string;
  readonly method: string;
  readonly version: Version;
  /** Of the arguments; undefined where it takes none. */
  readonly schema: Schema | undefined;
  /** Arguments that it takes. */
  readonly valid: Arguments;
  readonly mirrored: readonly MirroredParameter[];
  /** A method of the author's own. */
  readonly own: boolean;
  /** The parameters of a request with these arguments. */
  readonly params: (args: Arguments) => Record<string, unknown>;
  /** All the scopes that a request with the valid arguments needs. */
  readonly scopes: readonly string[];
}

/** The methods of the protocol: what they ask for is in their targets, or harmless to everybody with a token. */
const OF_THE_PROTOCOL: ReadonlySet<string> = new Set([
  'completion/complete',
  'initialize',
  'logging/setLevel',
  'ping',
  'prompts/get',
  'resources/read',
  'resources/subscribe',
  'resources/unsubscribe',
  'server/discover',
  'subscriptions/listen',
  'tools/call',
]);
const LISTS: ReadonlySet<string> = new Set([
  'prompts/list',
  'resources/list',
  'resources/templates/list',
  'tools/list',
]);

/** Everything that a server offers, lists and methods of its author's own too. */
export function targetsOf(registry: CapabilityRegistry, options: AttackOptions): Target[] {
  const make = (
    kind: string,
    name: string,
    method: string,
    more: Partial<Target> & Pick<Target, 'params'>,
  ): Target[] => {
    const entry = registry.methods.get(method);
    if (!entry || (options.targets && !options.targets.includes(name))) return [];
    const schema = more.schema;
    const valid = options.arguments?.[name] ?? (schema ? (sampleOf(schema) as Arguments) : {});
    const { scopes } = requiredScopes(registry, entry, more.params(valid));
    const base = { label: `${kind} ${name}`, name, method, version: versionOf(entry), schema, valid, scopes };
    return [{ ...base, mirrored: [], own: false, ...more }];
  };
  return [
    ...[...registry.tools.values()].flatMap(({ description: { name, inputSchema }, mirrored }) =>
      make('tool', name, 'tools/call', {
        schema: inputSchema,
        mirrored,
        params: (args) => ({ name, arguments: args }),
      }),
    ),
    ...[...registry.prompts.values()].flatMap(({ description: { name, arguments: declared } }) =>
      make('prompt', name, 'prompts/get', {
        schema: ofTexts((declared ?? []).map((argument) => argument.name)),
        params: (args) => ({ name, arguments: args }),
      }),
    ),
    ...[...registry.resources.keys()].flatMap((uri) =>
      make('resource', uri, 'resources/read', { params: () => ({ uri }) }),
    ),
    ...[...registry.resourceTemplates.values()].flatMap(({ template: { template, variables } }) =>
      make('template', template, 'resources/read', {
        schema: ofTexts(variables),
        params: (args) => ({ uri: expanded(template, args) }),
      }),
    ),
    ...[...registry.methods.keys()].flatMap((method) => {
      if (OF_THE_PROTOCOL.has(method)) return [];
      return make('method', method, method, { own: !LISTS.has(method), params: (args) => ({ ...args }) });
    }),
  ];
}

function versionOf({ eras }: MethodEntry): Version {
  return eras.includes('modern') ? '2026-07-28' : '2025-11-25';
}

function ofTexts(names: readonly string[]): Schema | undefined {
  if (names.length === 0) return undefined;
  const properties = Object.fromEntries(names.map((name) => [name, { type: 'string' }]));
  return { type: 'object', properties, required: names };
}

/** RFC 6570: `{name}` is encoded, `{+name}` goes in as it is, save what no URI may hold. */
function expanded(template: string, args: Arguments): string {
  return template.replaceAll(/\{(\+?)(\w+)\}/g, (_expression, reserved: string, name: string) => {
    const value = args[name];
    const text = (typeof value === 'string' ? value : JSON.stringify(value)).toWellFormed();
    return reserved ? encodeURI(text) : encodeURIComponent(text);
  });
}
