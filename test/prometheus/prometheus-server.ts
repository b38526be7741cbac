import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { freePorts } from '../support/free-port.js';

/** Seconds since 1970, and the value as text. */
export type Sample = readonly [time: number, value: string];

export interface Series {
  readonly metric: Readonly<Record<string, string>>;
  readonly values: readonly Sample[];
}

export interface PrometheusServer {
  /** The value of an expression now. */
  query(expression: string): Promise<readonly Series[]>;
  /** Its values between two times, seconds since 1970. */
  queryRange(expression: string, start: number, end: number): Promise<readonly Series[]>;
  /** `data` of an answer of the HTTP API. @throws Error with what Prometheus says */
  api<Data>(path: string, parameters?: Record<string, string>): Promise<Data>;
  log(): string;
  stop(): Promise<void>;
}

const STEP_SECONDS = 1;
const START_MS = 30_000;

/** Starts the real Prometheus (Debian's) with a configuration, on 127.0.0.1, with a folder of its own. */
export async function startPrometheus(configuration: object): Promise<PrometheusServer> {
  const folder = await mkdtemp(join(tmpdir(), 'prometheus-'));
  const [port = 0] = await freePorts(1);
  // JSON is YAML.
  await writeFile(join(folder, 'prometheus.yml'), JSON.stringify(configuration));
  const child = spawn('prometheus', [
    `--config.file=${folder}/prometheus.yml`,
    `--storage.tsdb.path=${folder}/data`,
    `--web.listen-address=127.0.0.1:${port}`,
    '--enable-feature=exemplar-storage',
  ]);
  let log = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (log += chunk.toString()));
  const ended = once(child, 'exit');
  const origin = `http://127.0.0.1:${port}`;
  const api = async <Data>(path: string, parameters: Record<string, string> = {}): Promise<Data> => {
    const response = await fetch(`${origin}/api/v1/${path}?${new URLSearchParams(parameters).toString()}`);
    const answer = (await response.json()) as { status: string; data: Data; error?: string };
    if (answer.status !== 'success') throw new Error(`${answer.error}: ${parameters['query'] ?? path}`);
    return answer.data;
  };
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    await ended;
    await rm(folder, { recursive: true, force: true });
  };
  const ready = async (): Promise<boolean> =>
    fetch(`${origin}/-/ready`).then(
      ({ ok }) => ok,
      () => false,
    );
  for (const until = Date.now() + START_MS; !(await ready()); await wait(100)) {
    if (Date.now() < until && child.exitCode === null) continue;
    await stop();
    throw new Error(`Prometheus does not start: ${log}`);
  }
  return {
    api,
    log: () => log,
    stop,
    query: async (query) => {
      const { result } = await api<{ result: { metric: Record<string, string>; value: Sample }[] }>('query', {
        query,
      });
      return result.map(({ metric, value }) => ({ metric, values: [value] }));
    },
    queryRange: async (query, start, end) => {
      const range = { start: String(start), end: String(end), step: String(STEP_SECONDS) };
      return (await api<{ result: Series[] }>('query_range', { query, ...range })).result;
    },
  };
}
