import { spawnSync } from 'node:child_process';

/** What a process has open besides its connections. */
const OTHERS = 200;

/** @throws Error that says what to do where a process may not have so many connections open */
export function requireOpenFiles(connections) {
  const limit = Number(spawnSync('sh', ['-c', 'ulimit -Hn']).stdout?.toString());
  if (limit < connections + OTHERS) {
    throw new Error(`a process may have ${limit} files open: raise it with ulimit -n, or set BENCH_STREAMS`);
  }
}
