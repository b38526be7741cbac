import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

const PROGRAM = '/usr/sbin/nginx';
const BETWEEN_LOOKS_MS = 20;

/** The nginx of Debian, in a folder of its own. */
export class Nginx {
  #process: ChildProcess | undefined;
  #errors = '';

  constructor(
    private readonly folder: string,
    private readonly port: number,
  ) {
    mkdirSync(folder, { recursive: true });
  }

  /** Starts with that configuration; what ran before has ended. @throws Error with what nginx says against it, or that it is not there */
  async start(configuration: string): Promise<void> {
    await this.stop();
    const file = `${this.folder}/nginx.conf`;
    writeFileSync(file, configuration);
    const checked = spawnSync(PROGRAM, ['-t', '-c', file, '-p', this.folder], { encoding: 'utf8' });
    if (checked.error)
      throw new Error(`there is no ${PROGRAM}: scripts/install-test-tools.sh installs nginx`);
    if (checked.status !== 0) throw new Error(checked.stderr);
    const child = spawn(PROGRAM, ['-c', file, '-p', this.folder], { stdio: ['ignore', 'ignore', 'pipe'] });
    child.stderr.on('data', (chunk: Buffer) => (this.#errors += chunk.toString()));
    this.#process = child;
    while (!(await this.#listens())) {
      if (child.exitCode !== null) throw new Error(this.#errors);
      await sleep(BETWEEN_LOOKS_MS);
    }
  }

  async stop(): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    if (!child || child.exitCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    await ended;
  }

  /** What it complained of. */
  get errors(): string {
    return this.#errors;
  }

  /** One line for each request. */
  get accessLog(): string {
    return readFileSync(`${this.folder}/access.log`, 'utf8');
  }

  #listens(): Promise<boolean> {
    return new Promise((resolve) => {
      const socket = connect(this.port, '127.0.0.1');
      socket.once('connect', () => resolve(true));
      socket.once('error', () => resolve(false));
      socket.once('connect', () => socket.destroy());
    });
  }
}
