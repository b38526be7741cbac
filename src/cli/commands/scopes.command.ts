import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import type { ScopeReference } from '../../mcp/scope-reference.js';
import { describedScopes } from '../../roles/described-scopes.js';
import type { Capabilities } from '../../roles/mcp.role.js';
import { scopesAsMarkdown } from '../scopes-as-markdown.js';
import { table } from '../table.js';
import { UsageError } from '../usage-error.js';

const OPTIONS = {
  json: { type: 'boolean' },
  markdown: { type: 'boolean' },
  capabilities: { type: 'string' },
} as const;

/** `scopes`: what to print. @throws UsageError */
export async function scopesCommand(words: readonly string[]): Promise<string> {
  const { json, markdown, capabilities } = options(words);
  if (json === true && markdown === true) throw new UsageError('scopes: say --json or --markdown, not both');
  const reference = await describedScopes({
    capabilities: capabilities === undefined ? undefined : await capabilitiesOf(capabilities),
  });
  if (json === true) return JSON.stringify(reference, undefined, 2);
  return markdown === true ? scopesAsMarkdown(reference) : listed(reference);
}

function options(words: readonly string[]) {
  try {
    return parseArgs({ args: [...words], options: OPTIONS }).values;
  } catch (error) {
    throw new UsageError(`scopes: ${(error as Error).message}`);
  }
}

/** The Nest modules that a file exports: `capabilities`, a list, or else every class and dynamic module. */
async function capabilitiesOf(file: string): Promise<Capabilities> {
  let exported: Record<string, unknown>;
  try {
    exported = (await import(pathToFileURL(resolve(file)).href)) as Record<string, unknown>;
  } catch (error) {
    throw new UsageError(`scopes: --capabilities ${file} cannot be loaded: ${(error as Error).message}`);
  }
  if (Array.isArray(exported['capabilities'])) return exported['capabilities'] as Capabilities;
  const modules = Object.values(exported).filter(isModule);
  if (modules.length > 0) return modules;
  throw new UsageError(
    `scopes: --capabilities ${file} exports no Nest module; export one, or a list as capabilities`,
  );
}

function isModule(value: unknown): value is Capabilities[number] {
  if (typeof value === 'function') return Reflect.hasMetadata('providers', value);
  return typeof value === 'object' && value !== null && 'module' in value;
}

function listed(reference: readonly ScopeReference[]): string {
  return table(
    ['SCOPE', 'WORDS', 'IMPLIES', 'METHODS', 'TOOLS, PROMPTS, RESOURCES'],
    reference.map(({ scope, description, implies, methods, tools, prompts, resources }) => [
      scope,
      description,
      implies.join(' ') || '-',
      methods.join(', ') || '-',
      [...tools, ...prompts, ...resources].join(', ') || '-',
    ]),
  );
}
