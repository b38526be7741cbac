import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const BINARY = join(import.meta.dirname, 'node_modules', '.bin', 'conformance');
const TIMEOUT_MS = 80_000;
/** `server-<scenario>-<time>` */
const RESULTS = /^server-(.+)-\d{4}-\d\d-\d\dT[\d-]+Z$/;
/** The lines at the end that name what does not count, with the reason. */
const UNSCORED = /^ {2}[✓✗] ([\w-]+) \(([\w-]+)\)$/gm;

export interface Check {
  readonly id: string;
  readonly status: 'SUCCESS' | 'FAILURE' | 'WARNING' | 'SKIPPED' | 'INFO';
  readonly errorMessage?: string;
}

export interface Scenario {
  readonly name: string;
  /** Why it does not count, such as `pending` or `extension`; undefined where it does. */
  readonly unscored: string | undefined;
  readonly checks: readonly Check[];
}

export interface SuiteRun {
  readonly exitCode: number | null;
  readonly scenarios: readonly Scenario[];
  readonly output: string;
}

/**
 * Runs what a revision of the protocol requires of a server, with no expected failures. The checks come from the files that the suite
 * writes: neither its exit code nor its summary tells of warnings and of checks that were skipped.
 */
export async function runServerSuite(url: string, requirements: string): Promise<SuiteRun> {
  const results = await mkdtemp(join(tmpdir(), 'conformance-'));
  try {
    const args = [BINARY, 'server', '--url', url, '--requirements', requirements, '-o', results];
    const suite = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'], timeout: TIMEOUT_MS });
    let output = '';
    for (const stream of [suite.stdout, suite.stderr])
      stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
    const [exitCode] = (await once(suite, 'close')) as [number | null];
    return { exitCode, output, scenarios: await readScenarios(results, output) };
  } finally {
    await rm(results, { recursive: true, force: true });
  }
}

async function readScenarios(results: string, output: string): Promise<Scenario[]> {
  const unscored = new Map([...output.matchAll(UNSCORED)].map(([, name = '', reason]) => [name, reason]));
  const folders = await readdir(results);
  return Promise.all(
    folders.map(async (folder) => {
      const name = RESULTS.exec(folder)?.[1];
      if (name === undefined) throw new Error(`The suite named its results "${folder}"`);
      const checks = JSON.parse(await readFile(join(results, folder, 'checks.json'), 'utf8')) as Check[];
      return { name, unscored: unscored.get(name), checks };
    }),
  );
}
