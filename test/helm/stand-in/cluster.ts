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

/**
 * A cluster of one node: the API server and what works behind it. Deployments have one pod each, which is replaced in the way that
 * their strategy says; test pods run to their end. It is no Kubernetes: nothing is scheduled, limited or kept apart.
 */
export class Cluster {
  readonly ended: Ended[] = [];
  readonly folder = mkdtempSync(join(tmpdir(), 'gatehouse-helm-'));
  readonly kubeconfig = join(this.folder, 'kubeconfig');
  readonly api: ApiServer;
  readonly #pods = new Map<string, PodProcess>();
  readonly #logs = new Map<string, string>();
  #addresses = 1;
  /** One change after another. */
  #queue: Promise<void> = Promise.resolve();

  constructor() {
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
    await Promise.all([...this.#pods.values()].map((pod) => pod.stop()));
    await this.api.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Resolves when everything that was asked for has been done. */
  idle(): Promise<void> {
    return this.#queue;
  }

  /** The pod that a Deployment has. */
  pod(deployment: string): PodProcess {
    const pod = this.#pods.get(deployment);
    if (!pod) throw new Error(`${deployment} has no pod; ${[...this.#logs].join('\n')}`);
    return pod;
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
    if (kind === 'Deployment') await this.#end(metadata.name);
  }

  async #rollOut(address: Address, { metadata, spec }: Manifest): Promise<void> {
    const revision = JSON.stringify(spec.template);
    const old = this.#pods.get(metadata.name);
    if (old?.revision !== revision) {
      if (spec.strategy.type === 'Recreate') await this.#end(metadata.name);
      const pod = this.#podOf(spec.template.spec, revision);
      try {
        await pod.ready();
      } catch (error) {
        this.#logs.set(metadata.name, String(error));
        return;
      }
      await this.#end(metadata.name);
      this.#pods.set(metadata.name, pod);
    }
    const count = spec.replicas ?? 1;
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

  async #end(deployment: string): Promise<void> {
    const pod = this.#pods.get(deployment);
    if (!pod) return;
    this.#pods.delete(deployment);
    this.ended.push({ revision: pod.revision, code: await pod.stop() });
  }

  #podOf(spec: Manifest['spec'], revision: string): PodProcess {
    return new PodProcess(
      spec,
      {
        store: this.api.store,
        folder: this.folder,
        address: `127.64.0.${++this.#addresses}`,
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
      const pod = this.#pods.get(metadata.name);
      if (service && isSelected && open && pod) return `${pod.address}:${open.containerPort}`;
    }
    return `${name}:${port}`;
  }
}
