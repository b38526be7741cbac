import * as kubernetes from '@kubernetes/client-node';
import * as models from './models.js';
import type { Manifest } from './helm.js';

interface Attribute {
  readonly baseName: string;
  readonly type: string;
}

const SCALARS: Readonly<Record<string, string>> = { string: 'string', number: 'number', boolean: 'boolean' };
/** What may be written as text or as a number. */
const EITHER = new Set(['IntOrString', 'any', 'object', 'Quantity', 'Date', 'V1MicroTime']);

/**
 * What an API server with strict field validation would refuse: fields that do not exist, values of another type, and what the
 * OpenAPI rules of the kind forbid. One line each.
 */
export function structureProblems(manifest: Manifest): string[] {
  const at = `${manifest.kind} ${manifest.metadata.name}`;
  const problems: string[] = [];
  const type = typeOf(manifest);
  if (type) walk(type, manifest, at, problems);
  else if (!models.isCustom(manifest)) problems.push(`${at}: ${manifest.apiVersion} has no such kind`);
  problems.push(...models.problems(manifest).map((problem) => `${at}: ${problem}`));
  return problems;
}

/** The name of the class in the Kubernetes client: `V1Deployment` for `apps/v1`, `Deployment`. */
function typeOf({ apiVersion, kind }: Manifest): string | undefined {
  const version = apiVersion.split('/').at(-1) as string;
  const type = `${version[0]?.toUpperCase()}${version.slice(1)}${kind}`;
  const isBuiltIn = !apiVersion.split('/')[0]?.includes('.') || apiVersion.includes('.k8s.io/');
  return isBuiltIn && attributesOf(type) ? type : undefined;
}

function attributesOf(type: string): readonly Attribute[] | undefined {
  const found = (
    kubernetes as unknown as Record<string, { getAttributeTypeMap?(): Attribute[] } | undefined>
  )[type];
  return found?.getAttributeTypeMap?.();
}

function walk(type: string, value: unknown, at: string, problems: string[]): void {
  if (EITHER.has(type)) return;
  if (value === null || value === undefined) {
    problems.push(`${at}: is null`);
    return;
  }
  const element = /^Array<(.*)>$/.exec(type)?.[1];
  if (element !== undefined) {
    if (!Array.isArray(value)) problems.push(`${at}: must be a list`);
    else value.forEach((item, index) => walk(element, item, `${at}[${index}]`, problems));
    return;
  }
  const values = /^\{ \[key: string\]: (.*); \}$/.exec(type)?.[1];
  if (values !== undefined) {
    for (const [key, item] of Object.entries(value)) walk(values, item, `${at}.${key}`, problems);
    return;
  }
  const scalar = SCALARS[type];
  if (scalar !== undefined) {
    if (typeof value !== scalar) problems.push(`${at}: must be a ${scalar}, is a ${typeof value}`);
    return;
  }
  walkMembers(type, value, at, problems);
}

function walkMembers(type: string, value: unknown, at: string, problems: string[]): void {
  const attributes = attributesOf(type);
  if (!attributes) return;
  if (typeof value !== 'object' || Array.isArray(value)) {
    problems.push(`${at}: must be a map`);
    return;
  }
  for (const [key, member] of Object.entries(value as object)) {
    const attribute = attributes.find(({ baseName }) => baseName === key);
    if (attribute) walk(attribute.type, member, `${at}.${key}`, problems);
    else problems.push(`${at}.${key}: there is no such field in ${type}`);
  }
}
