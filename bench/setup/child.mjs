import { fork, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { SETTINGS } from '../settings.mjs';

const canPin = spawnSync('taskset', ['-c', '0', 'true']).status === 0;

/** The core of the servers under test, and the one of whatever asks them. */
export const SERVER_CORE = 1;
export const CLIENT_CORE = 0;

/** Pins a process with all its threads to a core, where the system can. */
export function pin(pid, core) {
  if (canPin) spawnSync('taskset', ['-a', '-cp', String(core), String(pid)]);
}

/** A child process on a core of its own, which answers one message with one message. */
export class Child {
  #process;
  #name;

  /** `file`: relative to bench/. `execArgv`: options of Node. */
  constructor(file, { core, name = file, execArgv = [], env = {} }) {
    const path = fileURLToPath(new URL(`../${file}`, import.meta.url));
    const profiling =
      SETTINGS.profile && name.includes(SETTINGS.profile) ? ['--cpu-prof', '--cpu-prof-dir=results'] : [];
    this.#name = name;
    this.#process = fork(path, [], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      serialization: 'advanced',
      execArgv: ['--expose-gc', ...execArgv, ...profiling],
      env: { ...process.env, ...env },
    });
    pin(this.#process.pid, core);
  }

  /** @throws Error with what the child said, or that it ended */
  ask(message) {
    return new Promise((resolve, reject) => {
      const ended = (code) => reject(new Error(`${this.#name} ended with ${code}`));
      this.#process.once('exit', ended);
      this.#process.once('message', (answer) => {
        this.#process.off('exit', ended);
        if (answer?.error === undefined) resolve(answer);
        else reject(new Error(`${this.#name}: ${answer.error}`));
      });
      this.#process.send(message);
    });
  }

  stop() {
    if (this.#process.connected) this.#process.disconnect();
  }
}
