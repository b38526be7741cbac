import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** Beside `dist`, so that a server which runs from there is left alone. */
const OUT = fileURLToPath(new URL('../../dist-test', import.meta.url));

/** Compiles the program once for this run, incrementally. */
export function buildProgram(): void {
  const tsc = fileURLToPath(new URL('../../node_modules/typescript/bin/tsc', import.meta.url));
  execFileSync(process.execPath, [tsc, '-p', 'tsconfig.build.json', '--outDir', OUT, '--incremental'], {
    cwd: ROOT,
    stdio: 'inherit',
  });
  if (!existsSync(`${OUT}/main.js`)) throw new Error('the build made no main.js');
}

export interface Program {
  readonly process: ChildProcess;
  readonly exited: Promise<number | null>;
  output(): string;
  /** Resolves when the output contains the text; rejects when the program ends before. */
  says(text: string): Promise<void>;
}

/** Runs a compiled file with these variables and no others of ours. */
export function run(file: string, variables: Record<string, string>, args: readonly string[] = []): Program {
  const { PATH = '', HOME = '' } = process.env;
  const child = spawn(process.execPath, [`${OUT}/${file}`, ...args], {
    cwd: variables['DATA_DIR'] ?? ROOT,
    env: { PATH, HOME, ...variables },
  });
  let output = '';
  const listeners = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      listeners.forEach((listener) => listener());
    });
  }
  const exited = once(child, 'close').then(([code]) => code as number | null);
  return {
    process: child,
    exited,
    output: () => output,
    says: (text) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (output.includes(text)) resolve();
        };
        listeners.add(look);
        look();
        void exited.then(() => reject(new Error(`ended without "${text}": ${output}`)));
      }),
  };
}
