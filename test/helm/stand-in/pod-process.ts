import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { run, type Program } from '../../support/built-program.js';
import type { Manifest } from '../helm.js';
import type { ObjectStore } from './object-store.js';

interface Variable {
  readonly name: string;
  readonly value?: string;
  readonly valueFrom?: { readonly secretKeyRef: { readonly name: string; readonly key: string } };
}

interface Volume {
  readonly name: string;
  readonly configMap?: { readonly name: string };
  readonly persistentVolumeClaim?: { readonly claimName: string };
}

const ANSWER_TIMEOUT_MS = 1_000;
const BETWEEN_LOOKS_MS = 50;

export interface PodEnvironment {
  readonly store: ObjectStore;
  /** Where volumes are. */
  readonly folder: string;
  /** An address of this machine that the pod has for itself, as it would have one in a cluster. */
  readonly address: string;
  /** Where a Service leads to: `host:port`. */
  readonly resolve: (service: string, port: number) => string;
}

/**
 * The one container of a pod as a process of this machine: our real program, with the environment that Secrets, ConfigMaps and
 * volumes give it. Paths of mounts and names of Services stand for folders and addresses of this machine.
 */
export class PodProcess {
  readonly #program: Program;
  /** What it runs with. */
  readonly variables: Readonly<Record<string, string>>;

  constructor(
    readonly spec: Manifest['spec'],
    private readonly environment: PodEnvironment,
    readonly revision: string,
  ) {
    const [container] = spec.containers;
    const mounts = this.#mounts(spec.volumes ?? [], container.volumeMounts ?? []);
    this.variables = this.#variables(container.env, mounts);
    const [file = 'main.js'] = (container.args ?? []) as string[];
    this.#program = run(file.replace(/^\/app\/(.*\.mjs)$/, '../docker/$1'), this.variables);
  }

  get address(): string {
    return this.environment.address;
  }

  get output(): string {
    return this.#program.output();
  }

  get exited(): Promise<number | null> {
    return this.#program.exited;
  }

  /** Looks as often as a kubelet would do within seconds. @throws Error when the program ends before */
  async ready(): Promise<void> {
    const { httpGet } = this.spec.containers[0].readinessProbe;
    const port = this.#portOf(httpGet.port);
    let ended = false;
    void this.exited.then(() => (ended = true));
    for (;;) {
      const answer = await fetch(`http://${this.address}:${port}${httpGet.path}`, {
        signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS),
      }).catch(() => undefined);
      await answer?.body?.cancel();
      if (answer?.ok) return;
      if (ended) throw new Error(`the pod ended: ${this.output}`);
      await sleep(BETWEEN_LOOKS_MS);
    }
  }

  /** As a crash ends it. @returns null */
  kill(): Promise<number | null> {
    this.#program.process.kill('SIGKILL');
    return this.exited;
  }

  /** SIGTERM, after the sleep of `preStop` if it is wanted; SIGKILL when the grace period is over. @returns the exit code, null for a killed one */
  async stop(preStop = false): Promise<number | null> {
    const { lifecycle } = this.spec.containers[0];
    if (preStop) await sleep(lifecycle.preStop.sleep.seconds * 1000);
    this.#program.process.kill('SIGTERM');
    const kill = setTimeout(
      () => this.#program.process.kill('SIGKILL'),
      this.spec.terminationGracePeriodSeconds * 1000,
    );
    const code = await this.exited;
    clearTimeout(kill);
    return code;
  }

  #portOf(name: string): number {
    return this.spec.containers[0].ports.find((port: { name: string }) => port.name === name).containerPort;
  }

  /** Path in the container, to folder of this machine. */
  #mounts(
    volumes: readonly Volume[],
    mounts: readonly { name: string; mountPath: string }[],
  ): Map<string, string> {
    const { folder } = this.environment;
    return new Map(
      mounts.map(({ name, mountPath }) => {
        const volume = volumes.find((candidate) => candidate.name === name);
        const claim = volume?.persistentVolumeClaim?.claimName;
        const path = claim ? join(folder, 'claims', claim) : mkdtempSync(join(folder, `${name}-`));
        mkdirSync(path, { recursive: true });
        if (volume?.configMap) this.#writeConfigMap(volume.configMap.name, path);
        return [mountPath, path];
      }),
    );
  }

  #writeConfigMap(name: string, path: string): void {
    const map = this.environment.store.find('ConfigMap', name);
    if (!map) throw new Error(`there is no ConfigMap ${name}`);
    for (const [file, text] of Object.entries(map['data'])) writeFileSync(join(path, file), text as string);
  }

  #variables(env: readonly Variable[], mounts: ReadonlyMap<string, string>): Record<string, string> {
    const values = env.map(({ name, value, valueFrom }): [string, string] => [
      name,
      this.#local(valueFrom ? this.#secret(valueFrom.secretKeyRef) : (value ?? ''), mounts),
    ]);
    return { ...Object.fromEntries(values), BIND_ADDRESS: this.address };
  }

  #secret({ name, key }: { readonly name: string; readonly key: string }): string {
    const data = this.environment.store.find('Secret', name)?.['data'] as Record<string, string> | undefined;
    if (data?.[key] === undefined) throw new Error(`the Secret ${name} has no ${key}`);
    return Buffer.from(data[key], 'base64').toString();
  }

  #local(value: string, mounts: ReadonlyMap<string, string>): string {
    for (const [mountPath, folder] of mounts) {
      if (value === mountPath || value.startsWith(`${mountPath}/`))
        return folder + value.slice(mountPath.length);
    }
    return value.replace(/^http:\/\/([a-z][a-z0-9-]*):(\d+)/, (_url, service: string, port: string) => {
      return `http://${this.environment.resolve(service, Number(port))}`;
    });
  }
}
