import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, globSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePorts } from '../support/free-port.js';

const ROOT = join(import.meta.dirname, '../..');
const EXAMPLE = join(ROOT, 'examples/weather-server');
const run = promisify(execFile);

/** The example of docs/testing.md outside of this repository, where nothing is found but what it installs. */
describe('The packed package, in an empty project', () => {
  const project = mkdtempSync(join(tmpdir(), 'gatehouse-package-'));
  // As a user has them: what npm needs to find its registry, and nothing of the npm script that runs this.
  const ofThisScript =
    /^(?:npm_(?:lifecycle|package|command|config_(?:local_)?prefix)|INIT_CWD|NODE_ENV|VITEST)/i;
  const environment: NodeJS.ProcessEnv = {
    ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !ofThisScript.test(name))),
    NO_COLOR: '1',
  };

  const npm = async (...args: string[]): Promise<string> => {
    const { stdout, stderr } = await run('npm', args, { cwd: project, env: environment }).catch(
      (error: { stdout?: string; stderr?: string }) => {
        throw new Error(`npm ${args.join(' ')} failed: ${error.stdout} ${error.stderr}`);
      },
    );
    return `${stdout}${stderr}`;
  };

  beforeAll(async () => {
    cpSync(EXAMPLE, project, {
      recursive: true,
      filter: (file) => !['node_modules', 'dist'].includes(basename(file)),
    });
    await run('npm', ['pack', '--pack-destination', project], { cwd: ROOT, env: environment });
    const [tarball = ''] = globSync('gatehouse-*.tgz', { cwd: project });
    await npm('install', '--prefer-offline', '--ignore-scripts', '--no-audit', '--no-fund', `./${tarball}`);
  });
  afterAll(() => rmSync(project, { recursive: true, force: true }));

  it('holds what runs and its types, and nothing of the tests', () => {
    const files = globSync('node_modules/gatehouse/**/*', { cwd: project, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => entry.name);
    expect(files).toEqual(
      expect.arrayContaining(['package.json', 'LICENSE', 'README.md', 'gatehouse.d.ts', 'testing.d.ts']),
    );
    expect(files.filter((name) => /\.(?:spec|map)\b|\.tsbuildinfo$|(?<!\.d)\.ts$/.test(name))).toEqual([]);
  });

  it('compiles under strict TypeScript, its own declarations included', async () => {
    expect(await npm('run', 'build')).not.toContain('error');
  });

  it('is tested with vitest', async () => {
    expect(await npm('test')).toMatch(/Tests +14 passed \(14\)/);
  });

  it("is tested with Node's own test runner", async () => {
    expect(await npm('run', 'test:node')).toMatch(/pass 1\b[\s\S]*fail 0\b/);
  });

  it('brings the command for operators', async () => {
    expect(await npm('exec', '--', 'gatehouse')).toContain('usage: gatehouse <command>');
  });

  it('runs, and stops when it is told to', async () => {
    const [proxy = 0, authorizationServer = 0, mcp = 0, management = 0] = await freePorts(4);
    const server = spawn(process.execPath, ['dist/src/main.js'], {
      cwd: project,
      stdio: 'pipe',
      env: {
        ...environment,
        PUBLIC_URL: `http://127.0.0.1:${proxy}`,
        PROXY_PORT: String(proxy),
        AUTHORIZATION_SERVER_PORT: String(authorizationServer),
        MCP_PORT: String(mcp),
        MANAGEMENT_PORT: String(management),
      },
    });
    const ended = once(server, 'exit') as Promise<[number | null, string | null]>;
    const health = `http://127.0.0.1:${management}/health/startup`;
    while (
      server.exitCode === null &&
      !(await fetch(health).then(
        ({ ok }) => ok,
        () => false,
      ))
    );
    const refused = await fetch(`http://127.0.0.1:${proxy}/mcp`, { method: 'POST' });
    expect(refused.status).toBe(401);
    server.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
  });

  it('knows no entry but those that it documents', async () => {
    const inner = 'node_modules/gatehouse/dist/roles/start-gatehouse.js';
    expect(globSync(inner, { cwd: project })).toHaveLength(1);
    const imported = run(process.execPath, ['-e', "import('gatehouse/dist/roles/start-gatehouse.js')"], {
      cwd: project,
    });
    await expect(imported).rejects.toThrow('ERR_PACKAGE_PATH_NOT_EXPORTED');
  });
});
