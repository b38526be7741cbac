import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { buildProgram } from '../support/built-program.js';
import { runScript } from './keycloak.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** The folder of the one Keycloak. */
    keycloakData: string;
  }
}

let folder: string | undefined;

/** The program, compiled, and one Keycloak for all files: each makes realms of its own. */
export async function setup({ provide }: TestProject): Promise<void> {
  buildProgram();
  folder = await mkdtemp(join(tmpdir(), 'gatehouse-keycloak-'));
  provide('keycloakData', folder);
  await runScript(folder, 'keycloak', 'start');
}

export async function teardown(): Promise<void> {
  if (folder === undefined) return;
  await runScript(folder, 'keycloak', 'stop', '--kill');
  await rm(folder, { recursive: true, force: true });
}
