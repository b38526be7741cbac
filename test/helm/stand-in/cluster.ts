import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { Manifest } from '../helm.js';
import { ApiServer } from './api-server.js';
import type { Address } from './object-store.js';
import { PodProcess } from './pod-process.js';

/** How a pod ended, in the order of ending. */
export interface Ended {
  readonly revision: string;
  readonly code: number | null;
}

export interface ClusterOptions {
  /** Pods sleep before SIGTERM as long as their `preStop` says, as they do where a balancer has to hear of their end first. */
  readonly preStop?: boolean;
  /** Pods end by SIGKILL, before anybody has heard of it. For tests that have to see what this breaks. */
  readonly abrupt?: boolean;
  /** The first three bytes of the addresses of pods, so that two clusters may be there at once; `127.64.0` where left out. */
  readonly network?: string;
}

/**
 * A cluster of one node: the API server and what works behind it. The pods of a Deployment are replaced in the way that their strategy
 * says: all at once, or one after another with one more meanwhile; test pods run to their end. It is no Kubernetes: nothing is scheduled,
 * limited or kept apart.
 */
export class Cluster {
  readonly ended: Ended[] = [];
  readonly folder = mkdtempSync(join(tmpdir(), 'gatehouse-helm-'));
  readonly kubeconfig = join(this.folder, 'kubeconfig');
  readonly api: ApiServer;
  /** Those that may get requests, of each Deployment. */
  readonly #pods = new Map<string, PodProcess[]>();
  readonly #logs = new Map<string, string>();
  #addresses = 1;
  /** One change after another. */
  #queue: Promise<void> = Promise.resolve();

  constructor(private readonly options: ClusterOptions = {}) {
    this.api = new ApiServer({
      changed: (address, object) => this.#enqueue(() => this.#changed(address, object)),
      deleted: (_address, object) => this.#enqueue(() => this.#deleted(object)),
      logsOf: (pod) => this.#logs.get(pod) ?? '',
    });
  }

  async start(): Promise<void> {
    const server = await this.api.listen();
    const named = (name: string, member: object): object => ({ name, ...member });
    const config = {
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [named('stand-in', { cluster: { server } })],
      contexts: [
        named('stand-in', { context: { cluster: 'stand-in', user: 'nobody', namespace: 'default' } }),
      ],
      users: [named('nobody', { user: {} })],
      'current-context': 'stand-in',
    };
    writeFileSync(this.kubeconfig, stringify(config));
  }

  async stop(): Promise<void> {
    await this.idle();
    await Promise.all([...this.#pods.values()].flat().map((pod) => pod.stop()));
    await this.api.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Resolves when everything that was asked for has been done. */
  idle(): Promise<void> {
    return this.#queue;
  }

  /** A pod of a Deployment. */
  pod(deployment: string): PodProcess {
    const [pod] = this.pods(deployment);
    if (!pod) throw new Error(`${deployment} has no pod; ${[...this.#logs].join('\n')}`);
    return pod;
  }

  /** What a Service of that Deployment sends requests to. */
  pods(deployment: string): readonly PodProcess[] {
    return this.#pods.get(deployment) ?? [];
  }

  /** As when a node is lost: the pod is gone at once, and another one takes its place. */
  async lose(deployment: string): Promise<void> {
    const pod = this.pod(deployment);
    const code = await pod.kill();
    this.ended.push({ revision: pod.revision, code });
    this.#forget(deployment, pod);
    const next = this.#podOf(pod.spec, pod.revision);
    await next.ready();
    this.#pods.set(deployment, [...this.pods(deployment), next]);
  }

  #enqueue(work: () => Promise<void>): void {
    this.#queue = this.#queue.then(work).catch((error: unknown) => {
      this.#logs.set('cluster', String(error));
    });
  }

  async #changed(address: Address, object: Manifest): Promise<void> {
    if (object.kind === 'Deployment') await this.#rollOut(address, object);
    if (object.kind === 'Pod') await this.#runToEnd(address, object);
    if (object.kind === 'PersistentVolumeClaim') this.api.store.setStatus(address, { phase: 'Bound' });
  }

  async #deleted({ kind, metadata }: Manifest): Promise<void> {
    if (kind === 'Deployment') await this.#endAll(metadata.name);
  }

  async #rollOut(address: Address, { metadata, spec }: Manifest): Promise<void> {
    const { name } = metadata;
    const revision = JSON.stringify(spec.template);
    const isCurrent = (pod: PodProcess): boolean => pod.revision === revision;
    const recreate = spec.strategy.type === 'Recreate';
    if (recreate && !this.pods(name).every(isCurrent)) await this.#endAll(name);
    const count: number = spec.replicas ?? 1;
    const ending: Promise<void>[] = [];
    // A file is of one process: of what shares one, the stand-in runs one pod, whatever number there should be.
    while (this.pods(name).filter(isCurrent).length < (recreate ? 1 : count)) {
      const pod = this.#podOf(spec.template.spec, revision);
      try {
        await pod.ready();
      } catch (error) {
        this.#logs.set(name, String(error));
        return;
      }
      const old = this.pods(name).find((candidate) => !isCurrent(candidate));
      this.#pods.set(name, [...this.pods(name), pod]);
      if (old) ending.push(this.#end(name, old));
    }
    for (const old of this.pods(name).filter((pod) => !isCurrent(pod))) ending.push(this.#end(name, old));
    await Promise.all(ending);
    this.api.store.setStatus(address, {
      observedGeneration: this.api.store.get(address)?.metadata.generation,
      replicas: count,
      updatedReplicas: count,
      readyReplicas: count,
      availableReplicas: count,
      conditions: [
        { type: 'Available', status: 'True' },
        { type: 'Progressing', status: 'True', reason: 'NewReplicaSetAvailable' },
      ],
    });
  }

  async #runToEnd(address: Address, { metadata, spec }: Manifest): Promise<void> {
    const pod = this.#podOf(spec, metadata.name);
    const code = await pod.exited;
    this.#logs.set(metadata.name, pod.output);
    this.api.store.setStatus(address, { phase: code === 0 ? 'Succeeded' : 'Failed' });
  }

  async #endAll(deployment: string): Promise<void> {
    await Promise.all(this.pods(deployment).map((pod) => this.#end(deployment, pod)));
  }

  async #end(deployment: string, pod: PodProcess): Promise<void> {
    const { abrupt = false, preStop = false } = this.options;
    const code = abrupt ? await pod.kill() : undefined;
    this.#forget(deployment, pod);
    this.ended.push({ revision: pod.revision, code: code === undefined ? await pod.stop(preStop) : code });
  }

  #forget(deployment: string, pod: PodProcess): void {
    this.#pods.set(
      deployment,
      this.pods(deployment).filter((other) => other !== pod),
    );
  }

  #podOf(spec: Manifest['spec'], revision: string): PodProcess {
    return new PodProcess(
      spec,
      {
        store: this.api.store,
        folder: this.folder,
        address: `${this.options.network ?? '127.64.0'}.${++this.#addresses}`,
        resolve: (service, port) => this.#resolve(service, port),
      },
      revision,
    );
  }

  /** Follows the selector and the target port of a Service to a pod. */
  #resolve(name: string, port: number): string {
    const service = this.api.store.find('Service', name)?.['spec'];
    const target = service?.ports.find((candidate: { port: number }) => candidate.port === port)?.targetPort;
    for (const { metadata, spec } of this.api.store.all('Deployment')) {
      const { labels } = spec.template.metadata;
      const isSelected = Object.entries(service?.selector ?? {}).every(
        ([key, value]) => labels[key] === value,
      );
      const open = spec.template.spec.containers[0].ports.find(
        (candidate: { name: string }) => candidate.name === target,
      );
      const [pod] = this.pods(metadata.name);
      if (service && isSelected && open && pod) return `${pod.address}:${open.containerPort}`;
    }
    return `${name}:${port}`;
  }
}
