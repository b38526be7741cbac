import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildProgram, run, type Program } from './built-program.js';
import { freePorts } from './free-port.js';
import { databaseSettings, dropTestDatabase } from './test-database.js';

/** One process. Origins of what it listens on, whichever of them it has. */
export interface Replica {
  /** The proxy: what a load balancer would send requests to. */
  readonly origin: string;
  readonly mcp: string;
  readonly management: string;
  readonly program: Program;
}

export interface Replicas {
  readonly replicas: readonly Replica[];
  /** What every replica takes for its public URL: the origin of the first one's proxy. */
  readonly publicUrl: string;
  /** The settings of all, for commands and for a replica that is started again. */
  readonly variables: Readonly<Record<string, string>>;
  /** Starts one again, on its own ports. */
  restart(index: number): Promise<Replica>;
  stop(): Promise<void>;
}

/** As a crash ends it: at once, with whatever it was doing. */
export async function kill({ program }: Replica): Promise<void> {
  program.process.kill('SIGKILL');
  await program.exited;
}

export const ALL_ROLES = 'proxy,authorization-server,mcp';

/**
 * Starts built programs that share a database (PostgreSQL in the integration tests, or else a SQLite file) and a public URL.
 * @param roles of each; the first must have an authorization server, which those without one ask for keys
 * @param variables of all
 */
export async function startReplicas(
  roles: readonly string[],
  variables: Record<string, string> = {},
): Promise<Replicas> {
  buildProgram();
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-replicas-'));
  const ports = await freePorts(4 * roles.length);
  const publicUrl = `http://127.0.0.1:${ports[0]}`;
  const shared = {
    PUBLIC_URL: publicUrl,
    AUTHORIZATION_SERVER_URL: `http://127.0.0.1:${ports[1]}`,
    MCP_SERVER_URL: `http://127.0.0.1:${ports[2]}`,
    DATA_DIR: folder,
    ...(await databaseSettings(folder)),
    ...variables,
  };
  const started: Replica[] = [];
  const start = async (index: number): Promise<Replica> => {
    const [proxy = 0, authorizationServer = 0, mcp = 0, management = 0] = ports.slice(4 * index);
    const program = run('main.js', {
      ...shared,
      GATEHOUSE_ROLES: roles[index] ?? ALL_ROLES,
      PROXY_PORT: String(proxy),
      AUTHORIZATION_SERVER_PORT: String(authorizationServer),
      MCP_PORT: String(mcp),
      MANAGEMENT_PORT: String(management),
    });
    await program.says('gatehouse is ready');
    const replica = {
      origin: `http://127.0.0.1:${proxy}`,
      mcp: `http://127.0.0.1:${mcp}`,
      management: `http://127.0.0.1:${management}`,
      program,
    };
    started.push(replica);
    return replica;
  };
  const replicas: Replica[] = [];
  for (const index of roles.keys()) replicas.push(await start(index));
  return {
    replicas,
    publicUrl,
    variables: shared,
    restart: async (index) => (replicas[index] = await start(index)),
    stop: async () => {
      await Promise.all(started.map(kill));
      await dropTestDatabase(folder);
      await rm(folder, { recursive: true, force: true });
    },
  };
}
