import { Client } from 'pg';

/** What a scrape says of a process. */
const GAUGES = {
  resident: 'process_resident_memory_bytes',
  heap: 'nodejs_heap_size_used_bytes',
  external: 'nodejs_external_memory_bytes',
  lag: 'nodejs_eventloop_lag_p99_seconds',
  files: 'process_open_fds',
  streams: 'gatehouse_mcp_held_streams',
  sessions: 'gatehouse_mcp_sessions',
};

/** Looks at replicas and their database every few seconds. */
export class Sampler {
  /** One for each time: seconds since the start, what each replica says, what the database holds, and how long answers took meanwhile. */
  samples = [];
  #replicas;
  #client;
  #timer;
  #running = Promise.resolve();

  static async open(replicas, databaseUrl) {
    const sampler = new Sampler();
    sampler.#replicas = replicas;
    sampler.#client = new Client({ connectionString: databaseUrl });
    await sampler.#client.connect();
    return sampler;
  }

  /** @param {() => number[]} takeWindow @param {(error: Error) => void} onError */
  start(everySeconds, takeWindow, onError) {
    const started = performance.now();
    const take = async () => {
      const at = (performance.now() - started) / 1000;
      const times = Float64Array.from(takeWindow()).toSorted();
      const replicas = await Promise.all(this.#replicas.all.map((replica) => scraped(replica)));
      const tables = await this.tables();
      this.samples.push({
        at,
        p99: times[Math.floor(times.length * 0.99)],
        units: times.length,
        replicas,
        tables,
      });
    };
    this.#timer = setInterval(() => {
      this.#running = take().catch(onError);
    }, everySeconds * 1000);
  }

  /** Rows and bytes by table. */
  async tables() {
    const { rows } = await this.#client.query(
      'select relname as name, n_live_tup::int as rows, pg_total_relation_size(relid)::int as bytes from pg_stat_user_tables order by 1',
    );
    return Object.fromEntries(rows.map(({ name, rows: count, bytes }) => [name, { rows: count, bytes }]));
  }

  async stop() {
    clearInterval(this.#timer);
    await this.#running;
  }

  close() {
    return this.#client.end();
  }
}

async function scraped({ management }) {
  const text = await (await fetch(`${management}/metrics`)).text();
  return Object.fromEntries(
    Object.entries(GAUGES).map(([name, metric]) => [
      name,
      Number(new RegExp(`^${metric} (\\S+)`, 'm').exec(text)?.[1]),
    ]),
  );
}
