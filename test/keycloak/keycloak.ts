import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { inject } from 'vitest';

const run = promisify(execFile);

/** Runs `scripts/<name>.mjs` for the Keycloak of that folder. @throws Error with what it printed */
export async function runScript(
  folder: string,
  name: 'keycloak' | 'keycloak-realm',
  ...args: string[]
): Promise<string> {
  const script = join(import.meta.dirname, `../../scripts/${name}.mjs`);
  const { PATH, HOME, JAVA_HOME, KEYCLOAK_CACHE } = process.env;
  const env = { PATH, HOME, JAVA_HOME, KEYCLOAK_CACHE, KEYCLOAK_DATA: folder };
  return (await run(process.execPath, [script, ...args], { env })).stdout;
}

/** Starts it again after `killKeycloak`, at the same address. */
export async function startKeycloak(): Promise<void> {
  await runScript(inject('keycloakData'), 'keycloak', 'start');
}

/** Ends it as a crash does. */
export async function killKeycloak(): Promise<void> {
  await runScript(inject('keycloakData'), 'keycloak', 'stop', '--kill');
}

export async function keycloakUrl(): Promise<string> {
  const state = await readFile(join(inject('keycloakData'), 'keycloak.json'), 'utf8');
  return (JSON.parse(state) as { url: string }).url;
}
