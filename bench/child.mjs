import { fork, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const canPin = spawnSync('taskset', ['-c', '0', 'true']).status === 0;

/** A child process with its own core where that is possible, spoken to by messages. */
export class Child {
  #process;

  constructor(file, core) {
    const path = fileURLToPath(new URL(file, import.meta.url));
    const profiling = process.env.BENCH_PROFILE ? ['--cpu-prof', '--cpu-prof-dir=results'] : [];
    // As `npm start` starts Node; the bare server gets the same.
    const execArgv = ['--max-semi-space-size=8', ...profiling];
    this.#process = fork(path, [], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'], execArgv });
    if (canPin) spawnSync('taskset', ['-a', '-cp', String(core), String(this.#process.pid)]);
  }

  /** The next message that it sends. */
  next() {
    return new Promise((resolve, reject) => {
      const failed = (code) => reject(new Error(`the child ended with ${code}`));
      this.#process.once('exit', failed);
      this.#process.once('message', (message) => {
        this.#process.off('exit', failed);
        if (message.error) reject(new Error(message.error));
        else resolve(message);
      });
    });
  }

  ask(message) {
    const answer = this.next();
    this.#process.send(message);
    return answer;
  }

  stop() {
    this.#process.disconnect();
  }
}
