import { createHash, X509Certificate } from 'node:crypto';
import { globSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { CHART, helm, valuesOf, type Answer, type Manifest } from '../helm/helm.js';
import { Cluster } from '../helm/stand-in/cluster.js';
import type { PodProcess } from '../helm/stand-in/pod-process.js';
import { buildProgram } from '../support/built-program.js';
import { freePorts } from '../support/free-port.js';
import { TestIdentityProvider, UPSTREAM_CLIENT } from '../support/identity-provider.js';
import { startPostgres, type PostgresServer } from '../support/postgres-server.js';
import { type Certificate, TestAuthority } from '../support/self-signed.js';
import { entryFor } from '../support/upstream-sign-in.js';
import { Nginx } from './nginx.js';
import { nginxConfiguration, type Surroundings } from './nginx-configuration.js';
import { trust } from './public-names.js';

const NAME = 'gatehouse';
/** Of nginx, towards the pods: the only proxy that they trust. */
const NGINX_ADDRESS = '127.80.0.1';
const IDENTITY_PROVIDER_ADDRESS = '127.80.0.2';
export const REGISTRATIONS_A_MINUTE = 20;

/** Two replicas of the built program on PostgreSQL, installed by Helm from the preset for ingress-nginx, behind a real nginx with TLS. */
export class Deployment {
  readonly cluster = new Cluster({ network: '127.80.1' });
  readonly #folder = mkdtempSync(join(tmpdir(), 'gatehouse-ingress-'));
  readonly #authority = new TestAuthority();
  readonly caFile = join(this.#folder, 'ca.crt');
  readonly #identityProviderCertificate = this.#authority.issue(IDENTITY_PROVIDER_ADDRESS);
  readonly #certificate: Certificate;
  #port = 0;
  #nginx!: Nginx;
  #postgres!: PostgresServer;
  #identityProvider!: TestIdentityProvider;

  /** `prefix`: the path prefix of the public URL, or nothing. */
  constructor(
    private readonly host: string,
    readonly prefix: string,
  ) {
    this.#certificate = this.#authority.issue(host);
  }

  get origin(): string {
    return `https://${this.host}:${this.#port}`;
  }

  get publicUrl(): string {
    return `${this.origin}${this.prefix}`;
  }

  get mcpUrl(): string {
    return `${this.publicUrl}/mcp`;
  }

  get nginx(): Nginx {
    return this.#nginx;
  }

  get identityProvider(): TestIdentityProvider {
    return this.#identityProvider;
  }

  get pod(): PodProcess {
    return this.cluster.pod(NAME);
  }

  /** What the pods have written. */
  get output(): string {
    return this.cluster
      .pods(NAME)
      .map((pod) => pod.output)
      .join('\n');
  }

  /** Of the keys of all certificates here, for a browser that is told to trust them: SHA-256 of the SubjectPublicKeyInfo, in base64. */
  get keyDigests(): string[] {
    return [this.#certificate, this.#identityProviderCertificate].map(({ cert }) =>
      createHash('sha256')
        .update(new X509Certificate(cert).publicKey.export({ type: 'spki', format: 'der' }))
        .digest('base64'),
    );
  }

  get ingress(): Manifest {
    const ingress = this.cluster.api.store.find('Ingress', NAME);
    if (!ingress) throw new Error('the chart made no Ingress');
    return ingress;
  }

  async start(): Promise<void> {
    buildProgram();
    const [port = 0, database = 0] = await freePorts(2);
    this.#port = port;
    this.#nginx = new Nginx(join(this.#folder, 'nginx'), port);
    writeFileSync(this.caFile, this.#authority.cert);
    trust(this.#authority.cert);
    const secure = {
      ...this.#identityProviderCertificate,
      address: IDENTITY_PROVIDER_ADDRESS,
    };
    const users = [{ sub: 'alice', name: 'Alice Example', groups: ['engineers'] }];
    [this.#postgres, this.#identityProvider] = await Promise.all([
      startPostgres(database),
      TestIdentityProvider.start({ users, secure }),
      this.cluster.start(),
    ]);
    this.#identityProvider.signedIn = 'alice';
    this.#giveObjects();
    await this.helm('install', ...this.#values());
    await this.startNginx();
  }

  async stop(): Promise<void> {
    await this.#nginx?.stop();
    await this.cluster.stop();
    await this.#identityProvider?.down();
    await this.#postgres?.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** Starts nginx with what the Ingress says now, or anew. */
  startNginx(options: Partial<Surroundings> = {}, ingress = this.ingress): Promise<void> {
    return this.#nginx.start(this.nginxConfiguration(options, ingress));
  }

  nginxConfiguration(options: Partial<Surroundings> = {}, ingress = this.ingress): string {
    return nginxConfiguration(ingress, {
      port: this.#port,
      folder: join(this.#folder, 'nginx'),
      address: NGINX_ADDRESS,
      endpoints: (service, port) => this.#endpoints(service, port),
      certificate: (secret) => this.#certificateFiles(secret),
      ...options,
    });
  }

  /** `helm upgrade` with further values. */
  async upgrade(...values: string[]): Promise<void> {
    await this.helm('upgrade', ...this.#values(), ...values);
    await this.startNginx();
  }

  /** What the release says of itself. */
  async notes(): Promise<string> {
    return (await helm(['get', 'notes', NAME], { kubeconfig: this.cluster.kubeconfig })).stdout;
  }

  /** Runs the test pod of the chart. */
  test(): Promise<Answer> {
    return helm(['test', NAME, '--logs', '--timeout', '50s'], { kubeconfig: this.cluster.kubeconfig });
  }

  /** Writes a resource file in every pod. */
  writeResource(name: string, text: string): void {
    for (const folder of globSync(join(this.cluster.folder, '*', 'resources'))) {
      writeFileSync(join(folder, name), text);
    }
  }

  async helm(command: 'install' | 'upgrade', ...values: string[]): Promise<void> {
    const args = [command, NAME, CHART, ...values, '--wait', '--timeout', '90s'];
    const { code, stderr } = await helm(args, { kubeconfig: this.cluster.kubeconfig });
    await this.cluster.idle();
    if (code !== 0) throw new Error(`${stderr}\n${this.output}`);
  }

  #values(): string[] {
    const file = join(this.#folder, 'values.yaml');
    const secret = (key: string) => ({ existingSecret: 'secrets', key });
    const values = {
      publicUrl: this.publicUrl,
      configFile: {
        identityProviders: [entryFor(this.#identityProvider, { groupScopes: { engineers: ['mcp:*'] } })],
        rateLimits: { register: REGISTRATIONS_A_MINUTE },
      },
      secretEnv: [{ name: 'CORP_SECRET', ...secret('CORP_SECRET') }],
      database: secret('DATABASE_URL'),
      encryptionKey: secret('GATEHOUSE_ENCRYPTION_KEY'),
      stateSecret: secret('MCP_STATE_SECRET'),
      caBundle: { configMap: 'test-ca', key: 'ca.crt' },
      ingress: { extraHosts: [], tls: { secretName: 'gate-tls' } },
      config: { TRUSTED_PROXIES: [NGINX_ADDRESS], SHUTDOWN_DRAIN_SECONDS: 1, LOG_LEVEL: 'debug' },
    };
    writeFileSync(file, stringify(values));
    return [...valuesOf('ingress-nginx'), '--values', file];
  }

  /** What the operator of the cluster made before. */
  #giveObjects(): void {
    const { key, cert } = this.#certificate;
    this.#put('Secret', 'gate-tls', { 'tls.crt': cert, 'tls.key': key });
    this.#put('ConfigMap', 'test-ca', { 'ca.crt': this.#authority.cert });
    this.#put('Secret', 'secrets', {
      DATABASE_URL: this.#postgres.url,
      GATEHOUSE_ENCRYPTION_KEY: Buffer.alloc(32, 7).toString('base64'),
      MCP_STATE_SECRET: 'shared by all replicas, and secret',
      CORP_SECRET: UPSTREAM_CLIENT.clientSecret,
    });
  }

  #put(kind: 'Secret' | 'ConfigMap', name: string, text: Record<string, string>): void {
    const data = Object.entries(text).map(([key, value]) => [
      key,
      kind === 'Secret' ? Buffer.from(value).toString('base64') : value,
    ]);
    this.cluster.api.store.put(
      { groupVersion: 'v1', plural: `${kind.toLowerCase()}s`, namespace: 'default', name },
      {
        apiVersion: 'v1',
        kind,
        metadata: { name },
        data: Object.fromEntries(data) as Record<string, string>,
      },
    );
  }

  /** The pods behind a port of a Service, as an EndpointSlice would have them. */
  #endpoints(service: string, portName: string): string[] {
    const found = this.cluster.api.store.find('Service', service);
    if (!found) throw new Error(`there is no Service ${service}`);
    const { ports } = found['spec'] as { ports: { name: string; targetPort: string }[] };
    const target = ports.find(({ name }) => name === portName)?.targetPort;
    return this.cluster.pods(NAME).map(({ address, spec }) => {
      const container = spec.containers[0] as { ports: { name: string; containerPort: number }[] };
      return `${address}:${container.ports.find(({ name }) => name === target)?.containerPort}`;
    });
  }

  #certificateFiles(name: string): { cert: string; key: string } {
    const data = this.cluster.api.store.find('Secret', name)?.['data'] as Record<string, string> | undefined;
    if (!data) throw new Error(`there is no Secret ${name}`);
    const [cert = '', key = ''] = ['tls.crt', 'tls.key'].map((entry) => {
      const file = join(this.#folder, `${name}-${entry}`);
      writeFileSync(file, Buffer.from(data[entry] ?? '', 'base64'));
      return file;
    });
    return { cert, key };
  }
}
