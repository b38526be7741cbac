import type { Assault } from './assault.js';
import { hostileTexts } from './hostile-texts.js';
import { declaredProperties, type Path, type Schema, withValue } from './schema.js';
import type { Target } from './target.js';
import { untypedPaths, wrongArguments } from './wrong-values.js';

type Arguments = Readonly<Record<string, unknown>>;

const MARK = 'gatehouseAdversary';
const POLLUTIONS = [
  `{"__proto__":{"${MARK}":true}}`,
  `{"constructor":{"prototype":{"${MARK}":true}}}`,
] as const;
/** The first one gets through most limits, the second one through none. */
const DEPTHS = [50, 5_000] as const;

/** Sends arguments that are wrong, hostile, nested or meant for the prototype of all objects. The caller may do everything. */
export async function attackArguments(assault: Assault, target: Target): Promise<void> {
  const authorization = await assault.bearer();
  const send = (name: string, args: unknown) =>
    assault.send(name, target, { authorization, args: args as Arguments });
  if (target.schema) {
    if (target.method === 'tools/call') await attackTypes(assault, target, target.schema, authorization);
    for (const path of textPaths(target.schema))
      for (const [name, text] of Object.entries(hostileTexts(assault.bait)))
        await send(`${name} in ${path.join('.')}`, withValue(target.valid, path, text));
  }
  if (target.method === 'resources/read') return;
  for (const pollution of POLLUTIONS) await attackPrototype(assault, target, pollution, authorization);
  for (const depth of DEPTHS) await attackDepth(assault, target, depth, authorization);
}

/** Written as text: what is nested that deep can neither be made nor written by everybody. */
async function attackDepth(
  assault: Assault,
  target: Target,
  depth: number,
  authorization: string,
): Promise<void> {
  const nested = `${'['.repeat(depth)}${']'.repeat(depth)}`;
  const rewrite = (body: string): string => body.replace(JSON.stringify(MARK), nested);
  for (const name of ['nested', ...Object.keys(target.valid)]) {
    const args = { ...target.valid, [name]: MARK };
    await assault.send(`lists nested ${depth} deep in ${name}`, target, { authorization, args, rewrite });
  }
}

async function attackTypes(
  assault: Assault,
  target: Target,
  schema: Schema,
  authorization: string,
): Promise<void> {
  for (const { what, args } of wrongArguments(schema, target.valid)) {
    const observed = await assault.send(`wrong arguments, ${what}`, target, { authorization, args });
    if (!observed.refused) {
      const advice = 'what the tool checks must be what its schema tells clients';
      assault.report('accepted', `wrong arguments, ${what}`, target, observed, advice);
    }
  }
  for (const path of untypedPaths(schema)) {
    const args = withValue(target.valid, path, { made: ['up'] }) as Arguments;
    const name = `an object where nothing is said of ${path.join('.')}`;
    const observed = await assault.send(name, target, { authorization, args });
    if (!observed.refused) {
      const advice = `give ${path.join('.')} a type, or the object "additionalProperties": false`;
      assault.report('accepts-anything', name, target, observed, advice);
    }
  }
}

/** A member that is called `__proto__` in JSON is one of its own until somebody merges it. */
async function attackPrototype(
  assault: Assault,
  target: Target,
  pollution: string,
  authorization: string,
): Promise<void> {
  const members = JSON.parse(pollution) as Record<string, unknown>;
  const name = `${Object.keys(members).join()} in the arguments`;
  const polluted = merged(target.valid, members);
  const objects = Object.entries(target.valid).filter(
    ([, value]) => typeof value === 'object' && value !== null,
  );
  const nested = objects.map(([key, value]) =>
    merged(target.valid, { [key]: merged(value as Arguments, members) }),
  );
  for (const args of [polluted, ...nested]) {
    const observed = await assault.send(name, target, { authorization, args });
    if (!(MARK in {})) continue;
    Reflect.deleteProperty(Object.prototype, MARK);
    assault.report(
      'prototype-polluted',
      name,
      target,
      observed,
      'merge objects only over the keys that you know',
    );
  }
}

/** Own members, `__proto__` too, which neither a spread nor an assignment would make. */
function merged(one: Arguments, other: Arguments): Arguments {
  const result = {};
  for (const source of [one, other])
    for (const [key, value] of Object.entries(source))
      Object.defineProperty(result, key, { value, enumerable: true, configurable: true, writable: true });
  return result;
}

/** Where a text may stand. */
function textPaths(schema: Schema): Path[] {
  return declaredProperties(schema)
    .filter(({ schema: own }) => own['type'] === undefined || [own['type']].flat().includes('string'))
    .map(({ path }) => path);
}
