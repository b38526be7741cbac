import { readdirSync, readFileSync } from 'node:fs';
import { startPostgres as startServer } from '../../test/support/postgres-server.ts';
import { pin } from '../setup/child.mjs';
import { freePorts } from '../setup/free-ports.mjs';

/** Linux counts in hundredths of a second (proc_stat(5)). */
const MICROSECONDS_PER_TICK = 10_000;

/** A PostgreSQL server of its own for the run, on a core where one is named: that of the clients. */
export async function startPostgres(core) {
  const [port] = await freePorts(1);
  const server = await startServer(port);
  if (core !== undefined) pin(server.pid(), core);
  return {
    variables: {
      DATABASE_URL: server.url,
      GATEHOUSE_ENCRYPTION_KEY: Buffer.alloc(32, 1).toString('base64'),
    },
    /** microseconds that all its processes have used, those that have ended included */
    cpu: () => cpuOf(server.pid()),
    stop: () => server.stop(),
  };
}

function cpuOf(postmaster) {
  let ticks = 0;
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    const fields = statOf(pid);
    if (!fields) continue;
    const [, parent, user, system, childrenUser, childrenSystem] = fields;
    if (Number(pid) === postmaster) ticks += user + system + childrenUser + childrenSystem;
    else if (parent === postmaster) ticks += user + system;
  }
  return ticks * MICROSECONDS_PER_TICK;
}

/** pid, parent, and times of a process; undefined where it is gone. */
function statOf(pid) {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = text
      .slice(text.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
    return [Number(pid), fields[1], fields[11], fields[12], fields[13], fields[14]];
  } catch {
    return undefined;
  }
}
