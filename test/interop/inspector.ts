import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';

const BINARY = join(import.meta.dirname, 'node_modules', '.bin', 'mcp-inspector');
/** Longer than any run needs; what still runs then is stopped, and frees the callback's port. */
const TIMEOUT_MS = 30_000;
/** The URL ends where the terminal's escape sequence around it begins, and is taken only once that has come. */
// oxlint-disable-next-line no-control-regex
const AUTHORIZATION_URL = /https?:\/\/[^\s\u0007\u001b]+\/authorize\?[^\s\u0007\u001b]+(?=[\s\u0007\u001b])/;

export interface InspectorResult {
  readonly exitCode: number | null;
  readonly output: string;
}

/** MCP Inspector's command line, with a storage of its own. */
export class Inspector {
  private constructor(
    private readonly storage: string,
    private readonly mcpUrl: string,
    private readonly era: string,
    private readonly environment: Readonly<Record<string, string>>,
  ) {}

  /** `environment`: further variables that it runs with. */
  static async create(
    mcpUrl: string,
    era: 'legacy' | 'modern',
    environment: Readonly<Record<string, string>> = {},
  ): Promise<Inspector> {
    return new Inspector(await mkdtemp(join(tmpdir(), 'inspector-')), mcpUrl, era, environment);
  }

  remove(): Promise<void> {
    return rm(this.storage, { recursive: true, force: true });
  }

  /** Runs a method with what is stored, and never asks anybody. */
  run(...args: string[]): Promise<InspectorResult> {
    return this.#spawn(BINARY, [...this.#arguments(args), '--stored-auth-only', '--format', 'json']);
  }

  /** The result of a method that has to work. */
  async result(...args: string[]): Promise<Record<string, unknown>> {
    const { exitCode, output } = await this.run(...args);
    if (exitCode !== 0) throw new Error(`${args.join(' ')} ended with ${exitCode}: ${output}`);
    const { result } = JSON.parse(output.slice(output.indexOf('{'), output.lastIndexOf('}') + 1)) as {
      result: Record<string, unknown>;
    };
    return result;
  }

  /** Runs a method on a terminal; `visit` is called with the authorization URL that a person would open. */
  authorize(visit: (url: string) => Promise<unknown>, ...args: string[]): Promise<InspectorResult> {
    const command = [BINARY, ...this.#arguments(args)].map((part) => `'${part}'`).join(' ');
    return this.#spawn('script', ['-qec', command, '/dev/null'], visit);
  }

  #arguments(args: string[]): string[] {
    return ['--cli', this.mcpUrl, '--transport', 'http', '--protocol-era', this.era, ...args];
  }

  async #spawn(
    command: string,
    args: string[],
    visit?: (url: string) => Promise<unknown>,
  ): Promise<InspectorResult> {
    const child = spawn(command, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: TIMEOUT_MS,
      env: {
        // Inspector's launcher asks the PATH for node: it gets the one that runs this test.
        PATH: [dirname(process.execPath), process.env['PATH'] ?? ''].join(delimiter),
        HOME: this.storage,
        MCP_STORAGE_DIR: this.storage,
        MCP_INSPECTOR_SECRET_STORE: 'file',
        MCP_AUTO_OPEN_ENABLED: 'false',
        ...this.environment,
      },
    });
    let output = '';
    let errors = '';
    let visited: Promise<unknown> | undefined;
    const read = (chunk: Buffer): void => {
      output += chunk.toString();
      const url = AUTHORIZATION_URL.exec(output)?.[0];
      if (!visit || !url || visited) return;
      visited = visit(url);
      visited.catch(() => child.kill());
    };
    child.stdout.on('data', read);
    child.stderr.on('data', visit ? read : (chunk: Buffer) => void (errors += chunk.toString()));
    const [exitCode] = (await once(child, 'close')) as [number | null];
    await visited;
    return { exitCode, output: exitCode === 0 ? output : output + errors };
  }
}
