import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, existsSync, globSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';

export interface PostgresServer {
  /** Of its administrator, with the database that is always there. */
  readonly url: string;
  /** Of the process that all others of this server come from. */
  pid(): number;
  /** Starts it again after `halt`. */
  start(): Promise<void>;
  /** Breaks all connections and ends; what is in the database stays. */
  halt(): Promise<void>;
  /** Ends it for good. */
  stop(): Promise<void>;
}

/**
 * Starts a PostgreSQL server of its own for tests: an empty cluster in a temporary folder, durable as in production, on a port of
 * loopback.
 * @throws Error that says how to install PostgreSQL where it is missing
 */
export async function startPostgres(port: number): Promise<PostgresServer> {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-postgres-'));
  const user = unprivileged();
  if (user) chownSync(folder, user.uid, user.gid);
  chmodSync(folder, 0o700);
  const data = join(folder, 'data');
  const options = ['--pgdata', data, '--username', 'postgres', '--auth', 'trust', '--encoding', 'UTF8'];
  const made = spawnSync(program('initdb'), options, { ...user, cwd: folder, encoding: 'utf8' });
  if (made.status !== 0) throw new Error(`initdb failed: ${made.stderr}`);
  const settings = [`port=${port}`, 'listen_addresses=127.0.0.1', `unix_socket_directories=${folder}`];
  const url = `postgresql://postgres@127.0.0.1:${port}/postgres`;
  const flags = [...settings, 'max_connections=400', 'log_min_messages=fatal'].flatMap((one) => ['-c', one]);
  let server: ChildProcess;
  const start = async (): Promise<void> => {
    server = spawn(program('postgres'), ['-D', data, ...flags], { ...user, cwd: folder, stdio: 'ignore' });
    await answering(server, url);
  };
  const halt = async (): Promise<void> => {
    const ended = once(server, 'exit');
    server.kill('SIGINT');
    await ended;
  };
  await start();
  return {
    url,
    pid: () => server.pid ?? 0,
    start,
    halt,
    stop: async () => {
      await halt();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Debian keeps the programs of each version apart, out of the search path. */
function program(name: string): string {
  const folders = [
    ...(process.env['PATH'] ?? '').split(':'),
    ...globSync('/usr/lib/postgresql/*/bin').toSorted().toReversed(),
  ];
  const found = folders.map((folder) => join(folder, name)).find((file) => existsSync(file));
  if (!found) throw new Error(`there is no ${name}: scripts/install-test-tools.sh installs PostgreSQL`);
  return found;
}

/** PostgreSQL refuses to run as root: then it runs as the user that its package made. */
function unprivileged(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const id = (option: string): number => {
    const { status, stdout } = spawnSync('id', [option, 'postgres'], { encoding: 'utf8' });
    if (status !== 0)
      throw new Error('there is no user postgres: scripts/install-test-tools.sh installs PostgreSQL');
    return Number(stdout);
  };
  return { uid: id('-u'), gid: id('-g') };
}

async function answering(server: ChildProcess, url: string): Promise<void> {
  for (;;) {
    if (server.exitCode !== null) throw new Error(`PostgreSQL ended with ${server.exitCode}`);
    const client = new Client({ connectionString: url });
    const answers = await client.connect().then(
      () => true,
      () => false,
    );
    await client.end().catch(() => undefined);
    if (answers) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
