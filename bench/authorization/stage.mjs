import { coreTime } from '../measure/core-time.mjs';
import { SETTINGS } from '../settings.mjs';
import { Child, CLIENT_CORE, SERVER_CORE } from '../setup/child.mjs';
import { CONTENDERS, clientIdFor } from './contenders.mjs';

const WARM_UP_SECONDS = 8;
const CONCURRENCY = 8;
/** The share of the server's core that others may have meanwhile. */
const FOREIGN = 0.05;

/** Servers that are started and warm, each on the same core, and the process that plays their clients. */
export class Stage {
  #load = new Child('authorization/load.mjs', { core: CLIENT_CORE });
  #servers = new Map();
  #database;

  /** `database`: of the contenders that need one: its `url`, and `cpu()` in microseconds */
  constructor(database) {
    this.#database = database;
  }

  async prepare(contenders) {
    for (const contender of contenders) {
      const { file, execArgv, database } = CONTENDERS[contender];
      const child = new Child(file, { core: SERVER_CORE, name: contender, execArgv });
      const variables = database ? this.#database.variables : {};
      const { public: port } = await child.ask({ do: 'start', variables });
      const clientId = await clientIdFor(CONTENDERS[contender], port);
      this.#servers.set(contender, { child, port, clientId });
      for (const run of ['flows', 'refreshes']) {
        await this.measure(contender, { do: run, seconds: WARM_UP_SECONDS * SETTINGS.warmUp });
      }
    }
  }

  /** Lets the clients run against one server, and holds what it used against what they got. Times in microseconds and milliseconds. */
  async measure(contender, run) {
    const { child, port, clientId } = this.#servers.get(contender);
    const database = CONTENDERS[contender].database ? this.#database : undefined;
    await this.#load.ask({ do: 'open', port, clientId });
    const usage = async () => ({
      server: (await child.ask({ do: 'usage' })).cpu,
      database: database?.cpu() ?? 0,
      core: coreTime(SERVER_CORE) ?? 0,
    });
    const before = await usage();
    const { flows, seconds, token } = await this.#load.ask({ concurrency: CONCURRENCY, ...run });
    const after = await usage();
    const used = after.server - before.server;
    const foreign = (after.core - before.core - used) / (seconds * 1_000_000);
    return {
      cpu: used / flows,
      databaseCpu: (after.database - before.database) / flows,
      perSecond: flows / seconds,
      p50: token.p50,
      p99: token.p99,
      foreign,
      undisturbed: foreign <= FOREIGN,
    };
  }

  stop() {
    this.#load.stop();
    for (const { child } of this.#servers.values()) child.stop();
  }
}
