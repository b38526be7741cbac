import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePorts } from '../setup/free-ports.mjs';
import { UPSTREAM } from './identity-provider.mjs';
import { SOAK } from './settings.mjs';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const LIVE_MEMORY = fileURLToPath(new URL('live-memory.mjs', import.meta.url));
const READY_MS = 30_000;
const SAMPLES = 10;

/** Two processes of the built program, as production runs them, behind one public address that only clients know. */
export class Replicas {
  /** What they said that is no good sign: lines of the log at `error` and above, and of Node itself. */
  complaints = [];
  complained = 0;
  #folder = mkdtempSync(join(tmpdir(), 'gatehouse-soak-'));
  #all = [];
  #stopping = false;

  /** @param {Record<string, string>} variables of the database, and others @param {import('./identity-provider.mjs').IdentityProvider} provider */
  static async start(variables, provider, count = 2) {
    const replicas = new Replicas();
    const ports = await freePorts(4 * count);
    const settings = replicas.#settings(provider);
    for (let index = 0; index < count; index++) {
      const [proxy, authorizationServer, mcp, management] = ports.slice(4 * index);
      replicas.#run(index, management, proxy, {
        ...settings,
        ...variables,
        PUBLIC_URL: `http://127.0.0.1:${ports[0]}`,
        GATEHOUSE_REPLICAS: String(count),
        PROXY_PORT: String(proxy),
        AUTHORIZATION_SERVER_PORT: String(authorizationServer),
        MCP_PORT: String(mcp),
        MANAGEMENT_PORT: String(management),
      });
    }
    await Promise.all(replicas.all.map((replica) => ready(replica)));
    return replicas;
  }

  /** @returns {{ port: number, management: string, host: string, child: import('node:child_process').ChildProcess }[]} */
  get all() {
    return this.#all;
  }

  /** Tells everybody who listens that the list of resources has changed. */
  changeResources() {
    writeFileSync(join(this.#folder, 'resources', `note-${Date.now() % 4}.txt`), String(Date.now()));
    rmSync(join(this.#folder, 'resources', `note-${(Date.now() + 2) % 4}.txt`), { force: true });
  }

  openFiles({ child }) {
    return readdirSync(`/proc/${child.pid}/fd`).length;
  }

  /** Bytes that are in use after a full collection. */
  liveMemory({ child }) {
    const told = once(child, 'message');
    child.send('live memory');
    return told.then(([{ live }]) => live);
  }

  /** As Kubernetes stops them. @returns {Promise<(number | null)[]>} the exit codes */
  async stop() {
    this.#stopping = true;
    const codes = await Promise.all(
      this.#all.map(async ({ child }) => {
        if (child.exitCode !== null) return child.exitCode;
        child.kill('SIGTERM');
        const [code] = await once(child, 'exit');
        return code;
      }),
    );
    rmSync(this.#folder, { recursive: true, force: true });
    return codes;
  }

  #settings(provider) {
    const file = join(this.#folder, 'gatehouse.yaml');
    const resources = join(this.#folder, 'resources');
    mkdirSync(resources);
    for (let index = 0; index < 20; index++) {
      writeFileSync(join(resources, `page-${index}.txt`), `Page ${index}. `.repeat(200));
    }
    // JSON is YAML.
    writeFileSync(file, JSON.stringify({ identityProviders: [provider.entry] }));
    return {
      NODE_ENV: 'production',
      NODE_OPTIONS: `--max-old-space-size=${SOAK.heapMegabytes}`,
      SIGN_IN_MODE: 'openid',
      GATEHOUSE_CONFIG_FILE: file,
      [UPSTREAM.secretVariable]: UPSTREAM.secret,
      MCP_STATE_SECRET: 'shared by all replicas, and secret enough',
      RESOURCES_DIR: resources,
      DATA_DIR: this.#folder,
      LOG_LEVEL: 'info',
      // Every request comes from one address here.
      RATE_LIMITS: 'false',
    };
  }

  #run(index, management, port, variables) {
    const { PATH = '', HOME = '' } = process.env;
    const flags = ['--enable-source-maps', '--max-semi-space-size=8', '--expose-gc', '--import', LIVE_MEMORY];
    const child = spawn(process.execPath, [...flags, 'dist/main.js'], {
      cwd: ROOT,
      env: { PATH, HOME, ...variables },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    const name = `replica ${index + 1}`;
    let rest = '';
    child.stdout.on('data', (chunk) => {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop();
      for (const line of lines)
        if (/"level":"(?:error|fatal)"/.test(line)) this.#complain(`${name}: ${line}`);
    });
    child.stderr.on('data', (chunk) => this.#complain(`${name}: ${chunk}`));
    child.once('exit', (code, signal) => {
      if (!this.#stopping) this.#complain(`${name} ended with ${code ?? signal}`);
    });
    const host = new URL(variables.PUBLIC_URL).host;
    this.#all.push({ port, host, management: `http://127.0.0.1:${management}`, child });
  }

  #complain(what) {
    this.complained += 1;
    if (this.complaints.length < SAMPLES) this.complaints.push(what.slice(0, 500));
  }
}

async function ready({ management, child }) {
  const until = Date.now() + READY_MS;
  for (;;) {
    const answer = await fetch(`${management}/health/ready`).catch(() => undefined);
    await answer?.arrayBuffer();
    if (answer?.ok) return;
    if (child.exitCode !== null || Date.now() > until) throw new Error('a replica does not become ready');
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
