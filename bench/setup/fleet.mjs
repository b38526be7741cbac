import { Child, SERVER_CORE } from './child.mjs';

/** As `npm start` starts Node; the bare servers get the same, the peers what Node has by default. */
export const AS_GATEHOUSE = ['--max-semi-space-size=8'];
const PRODUCTION = { NODE_ENV: 'production' };

/** The processes under test. */
const PROCESSES = {
  bare: { file: 'servers/bare.mjs', execArgv: AS_GATEHOUSE },
  'bare-verify': { file: 'servers/bare.mjs', execArgv: AS_GATEHOUSE, options: { verify: true } },
  ...gatehouse('gatehouse-1', 1),
  ...gatehouse('gatehouse-30', 30),
  ...gatehouse('gatehouse-200', 200),
  'sdk-v2-express': { file: 'servers/sdk-v2-express.mjs', env: PRODUCTION, options: { tools: 30 } },
  'sdk-v2-node': { file: 'servers/sdk-v2-node.mjs', env: PRODUCTION, options: { tools: 30 } },
  'sdk-v1-express': { file: 'servers/sdk-v1-express.mjs', env: PRODUCTION, options: { tools: 30 } },
  'mcp-nest': { file: 'servers/mcp-nest.mjs', env: PRODUCTION, options: { tools: 30 } },
};

/** Starts servers when they are first needed, and stops them all. */
export class Fleet {
  #verification;
  #started = new Map();

  constructor(verification) {
    this.#verification = verification;
  }

  /** @returns {Promise<{ child: Child, ports: Record<string, number> }>} */
  async get(name) {
    let server = this.#started.get(name);
    if (!server) {
      const { file, execArgv, env, options } = PROCESSES[name];
      const child = new Child(file, { core: SERVER_CORE, name, execArgv, env });
      server = { child, ports: undefined };
      this.#started.set(name, server);
      server.ports = await child.ask({ do: 'start', verification: this.#verification, ...options });
    }
    return server;
  }

  /** Whether a server was started before. */
  has(name) {
    return this.#started.has(name);
  }

  stop() {
    for (const { child } of this.#started.values()) child.stop();
  }
}

function gatehouse(name, tools) {
  return { [name]: { file: 'servers/gatehouse.mjs', execArgv: AS_GATEHOUSE, options: { tools } } };
}
