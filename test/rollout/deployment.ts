import { setTimeout as sleep } from 'node:timers/promises';
import { CHART, helm } from '../helm/helm.js';
import { Cluster, type ClusterOptions } from '../helm/stand-in/cluster.js';
import { buildProgram, run } from '../support/built-program.js';
import { freePorts } from '../support/free-port.js';
import { tokenFor } from '../support/oauth-flow.js';
import { startPostgres, type PostgresServer } from '../support/postgres-server.js';
import { Balancer } from './balancer.js';
import { Traffic } from './traffic.js';

const NAME = 'gatehouse';
const SECRETS = {
  GATEHOUSE_ENCRYPTION_KEY: Buffer.alloc(32, 7).toString('base64'),
  MCP_STATE_SECRET: 'shared by all replicas, and secret',
};

/** Two replicas of the built program on PostgreSQL, installed by Helm from our chart, with users who never rest. */
export class Deployment {
  readonly cluster: Cluster;
  readonly #balancer: Balancer;
  #postgres: PostgresServer | undefined;
  #traffic: Traffic | undefined;
  #origin = '';

  constructor(options: ClusterOptions = {}) {
    this.cluster = new Cluster({ preStop: true, ...options });
    this.#balancer = new Balancer(() => this.cluster.pods(NAME).map(({ address }) => `${address}:3002`));
  }

  get traffic(): Traffic {
    if (!this.#traffic) throw new Error('it was not started');
    return this.#traffic;
  }

  get postgres(): PostgresServer {
    if (!this.#postgres) throw new Error('it was not started');
    return this.#postgres;
  }

  async start(): Promise<void> {
    buildProgram();
    const [port = 0] = await freePorts(1);
    this.#postgres = await startPostgres(port);
    await this.cluster.start();
    const data = Object.entries({ ...SECRETS, DATABASE_URL: this.#postgres.url }).map(([key, value]) => [
      key,
      Buffer.from(value).toString('base64'),
    ]);
    this.cluster.api.store.put(
      { groupVersion: 'v1', plural: 'secrets', namespace: 'default', name: 'secrets' },
      {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name: 'secrets' },
        data: Object.fromEntries(data) as Record<string, string>,
      },
    );
    this.#origin = `http://127.0.0.1:${await this.#balancer.listen()}`;
    await this.helm('install', NAME, CHART, ...this.values());
    this.#traffic = new Traffic(this.#origin);
    const token = await this.#firstToken();
    this.#traffic.start(token);
  }

  /** When the balancer has heard of the pods. @throws Error when there is none after many tries */
  async #firstToken(tries = 20): Promise<string> {
    try {
      return (await tokenFor(this.#origin)).access_token;
    } catch (error) {
      if (tries === 0) throw error;
      await sleep(200);
      return this.#firstToken(tries - 1);
    }
  }

  values(...more: string[]): string[] {
    const values = [
      `publicUrl=${this.#origin}`,
      'replicas=2',
      'database.existingSecret=secrets',
      'encryptionKey.existingSecret=secrets',
      'stateSecret.existingSecret=secrets',
      'shutdown.preStopSeconds=1',
      // Those who use a connection at all do so within this time.
      'config.SHUTDOWN_DRAIN_SECONDS=8',
      'config.SHUTDOWN_TIMEOUT_SECONDS=15',
      // All the traffic of the proof comes from one address.
      'config.RATE_LIMITS=false',
      ...more,
    ];
    return ['--set', values.join(','), '--wait', '--timeout', '90s'];
  }

  /** @throws Error with what helm said when it did not work */
  async helm(...args: string[]): Promise<void> {
    const { code, stderr } = await helm(args, { kubeconfig: this.cluster.kubeconfig });
    await this.cluster.idle();
    if (code !== 0) throw new Error(stderr);
  }

  upgrade(...values: string[]): Promise<void> {
    return this.helm('upgrade', NAME, CHART, ...this.values(...values));
  }

  rollback(): Promise<void> {
    return this.helm('rollback', NAME, '1', '--wait', '--timeout', '90s');
  }

  async rotateKeys(): Promise<void> {
    const { url } = this.postgres;
    const program = run('cli/gatehouse.js', { ...SECRETS, DATABASE_URL: url }, ['keys', 'rotate']);
    if ((await program.exited) !== 0) throw new Error(program.output());
  }

  async stop(): Promise<void> {
    await this.#traffic?.end();
    this.#balancer.close();
    await this.cluster.stop();
    await this.#postgres?.stop();
  }
}
