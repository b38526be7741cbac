import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run, type Program } from '../support/built-program.js';
import { freePorts } from '../support/free-port.js';

/** Where it is going to be: Keycloak has to know before it starts. */
export interface Addresses {
  readonly proxy: string;
  readonly mcpUrl: string;
  readonly management: string;
  readonly ports: readonly number[];
}

export async function addresses(): Promise<Addresses> {
  const ports = await freePorts(4);
  const proxy = `http://127.0.0.1:${ports[0]}`;
  return { proxy, mcpUrl: `${proxy}/mcp`, management: `http://127.0.0.1:${ports[3]}`, ports };
}

export interface BuiltGatehouse extends Addresses {
  readonly program: Program;
  /** What it was started with. */
  readonly variables: Record<string, string>;
  stop(): Promise<void>;
}

/** The built program with this YAML file and these variables, once it is ready. @throws Error with its log where it ends before */
export async function startBuilt(
  at: Addresses,
  yaml: Record<string, unknown>,
  variables: Record<string, string> = {},
): Promise<BuiltGatehouse> {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-built-'));
  const file = join(folder, 'gatehouse.yaml');
  // JSON is YAML.
  await writeFile(file, JSON.stringify(yaml));
  const [proxy, authorizationServer, mcp, management] = at.ports.map(String) as [
    string,
    string,
    string,
    string,
  ];
  const all = {
    NODE_ENV: 'test',
    PUBLIC_URL: at.proxy,
    PROXY_PORT: proxy,
    AUTHORIZATION_SERVER_PORT: authorizationServer,
    MCP_PORT: mcp,
    MANAGEMENT_PORT: management,
    DATA_DIR: folder,
    GATEHOUSE_CONFIG_FILE: file,
    ...variables,
  };
  const program = run('main.js', all);
  await ready(at, program);
  return {
    ...at,
    program,
    variables: all,
    stop: async () => {
      if (program.process.exitCode === null) {
        program.process.kill('SIGTERM');
        await once(program.process, 'close');
      }
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function ready({ management }: Addresses, program: Program): Promise<void> {
  while (program.process.exitCode === null) {
    const answer = await fetch(`${management}/health/ready`).catch(() => undefined);
    if (answer?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`ended before it was ready: ${program.output()}`);
}
