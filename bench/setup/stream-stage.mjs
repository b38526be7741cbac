import { httpRequest } from '../workload/http-request.mjs';
import { operationNamed } from '../workload/operations.mjs';
import { Child, CLIENT_CORE, SERVER_CORE } from './child.mjs';
import { AS_GATEHOUSE } from './fleet.mjs';

const SUBJECTS = 200;
const CALL_CONNECTIONS = 16;
const WARM_UP_SECONDS = 5;
const WARM_UP_STREAMS = 200;
const PATIENCE_MS = 20_000;

/** Both are for each user; the requests are spread over many, so that the defaults would do for 5,000 streams. */
const LIMITS = { MCP_MAX_STREAMS: '100000', MCP_MAX_CONCURRENT_REQUESTS: '10000' };

/** A Gatehouse whose public port is asked for streams and for tools by the same generator. */
export class StreamStage {
  #generator = new Child('load/generator.mjs', { core: CLIENT_CORE });
  #server = new Child('servers/gatehouse.mjs', { core: SERVER_CORE, execArgv: AS_GATEHOUSE });
  #ports;
  #tokens;
  #verification;

  constructor(issuer) {
    this.#verification = issuer.verification;
    this.#tokens = issuer.tokens(SUBJECTS);
  }

  /** Starts the server and shows it everything once, so that what follows allocates only what it keeps. */
  async warmUp() {
    this.#ports = await this.#server.ask({
      do: 'start',
      tools: 30,
      verification: this.#verification,
      variables: LIMITS,
    });
    const operation = operationNamed('tools/call');
    const requests = Array.from({ length: operation.ids }, (_unused, index) => {
      const id = operation.firstId + index;
      return httpRequest({ ...operation, id, params: operation.params(id), ...this.#target(index) });
    });
    await this.#generator.ask({
      do: 'learn',
      key: 'calls',
      port: this.#ports.proxy,
      requests,
      different: requests.length,
    });
    await this.#generator.ask({ do: 'open', key: 'calls', connections: CALL_CONNECTIONS });
    await this.#generator.ask({ do: 'closedLoop', seconds: WARM_UP_SECONDS });
    await this.#generator.ask({ do: 'close' });
    await this.hold(WARM_UP_STREAMS);
    await this.tellAll(WARM_UP_STREAMS);
    await this.release();
  }

  memory() {
    return this.#server.ask({ do: 'memory' });
  }

  /** @returns {Promise<{ seconds: number }>} how long it took until the server had acknowledged all */
  async hold(count) {
    const requests = Array.from({ length: count }, (_unused, index) =>
      httpRequest({
        era: '2026-07-28',
        id: index,
        method: 'subscriptions/listen',
        params: { notifications: { toolsListChanged: true } },
        ...this.#target(index),
      }),
    );
    const started = performance.now();
    await this.#generator.ask({ do: 'hold', port: this.#ports.proxy, requests });
    const seconds = (performance.now() - started) / 1000;
    await this.#until(async () => (await this.#heldByServer()) === count);
    return { seconds };
  }

  async call({ rate, seconds }) {
    await this.#generator.ask({ do: 'open', key: 'calls', connections: CALL_CONNECTIONS });
    const result = await this.#generator.ask({ do: 'openLoop', seconds, rate });
    await this.#generator.ask({ do: 'close' });
    return result;
  }

  state() {
    return this.#generator.ask({ do: 'streams' });
  }

  /** @returns {Promise<{ milliseconds: number }>} from a change of the tools until every stream has told of it */
  async tellAll(count) {
    const { changes } = await this.state();
    const started = performance.now();
    await this.#server.ask({ do: 'changeTools' });
    await this.#until(async () => (await this.state()).changes - changes === count);
    return { milliseconds: performance.now() - started };
  }

  /** Closes the streams and waits until the server has noticed. */
  async release() {
    await this.#generator.ask({ do: 'release' });
    await this.#until(async () => (await this.#heldByServer()) === 0);
  }

  stop() {
    this.#generator.stop();
    this.#server.stop();
  }

  #target(index) {
    return { port: this.#ports.proxy, token: this.#tokens[index % SUBJECTS] };
  }

  async #heldByServer() {
    const response = await fetch(`http://127.0.0.1:${this.#ports.management}/metrics`);
    return Number(/^gatehouse_mcp_held_streams (\d+)$/m.exec(await response.text())?.[1]);
  }

  async #until(condition) {
    const end = performance.now() + PATIENCE_MS;
    while (!(await condition())) {
      if (performance.now() > end) throw new Error('waited too long for the streams');
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  }
}
