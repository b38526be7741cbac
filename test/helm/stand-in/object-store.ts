import type { ServerResponse } from 'node:http';
import type { Manifest } from '../helm.js';

export interface Address {
  readonly groupVersion: string;
  readonly plural: string;
  readonly namespace: string;
  readonly name: string;
}

type Event = 'ADDED' | 'MODIFIED' | 'DELETED';

interface Watcher {
  readonly response: ServerResponse;
  readonly wants: (address: Address) => boolean;
}

/** All objects of the cluster, and who watches them. */
export class ObjectStore {
  readonly #objects = new Map<string, { address: Address; object: Manifest }>();
  readonly #watchers = new Set<Watcher>();
  #version = 0;

  get version(): string {
    return String(this.#version);
  }

  get(address: Address): Manifest | undefined {
    return this.#objects.get(keyOf(address))?.object;
  }

  find(kind: string, name: string): Manifest | undefined {
    return this.all(kind).find(({ metadata }) => metadata.name === name);
  }

  all(kind?: string): Manifest[] {
    const objects = [...this.#objects.values()].map(({ object }) => object);
    return kind === undefined ? objects : objects.filter((object) => object.kind === kind);
  }

  list(wants: (address: Address) => boolean): Manifest[] {
    return [...this.#objects.values()].filter(({ address }) => wants(address)).map(({ object }) => object);
  }

  /** Keeps an object with the metadata that a server adds. A change of anything but the status is a new generation. */
  put(address: Address, given: Manifest, { statusOnly = false } = {}): Manifest {
    const old = this.get(address);
    const generation = (old?.metadata.generation ?? 0) + (statusOnly ? 0 : 1);
    const object: Manifest = {
      ...given,
      metadata: {
        ...given.metadata,
        name: address.name,
        namespace: address.namespace,
        uid: old?.metadata.uid ?? `uid-${this.#version + 1}`,
        creationTimestamp: old?.metadata.creationTimestamp ?? new Date().toISOString(),
        generation,
        resourceVersion: String(++this.#version),
      },
    };
    this.#objects.set(keyOf(address), { address, object });
    this.#tell(old ? 'MODIFIED' : 'ADDED', address, object);
    return object;
  }

  setStatus(address: Address, status: object): void {
    const object = this.get(address);
    if (object) this.put(address, { ...object, status }, { statusOnly: true });
  }

  delete(address: Address): Manifest | undefined {
    const object = this.get(address);
    if (!object) return undefined;
    this.#objects.delete(keyOf(address));
    this.#tell('DELETED', address, object);
    return object;
  }

  watch(response: ServerResponse, wants: (address: Address) => boolean): void {
    const watcher = { response, wants };
    this.#watchers.add(watcher);
    response.once('close', () => this.#watchers.delete(watcher));
  }

  #tell(type: Event, address: Address, object: Manifest): void {
    for (const { response, wants } of this.#watchers) {
      if (wants(address)) response.write(`${JSON.stringify({ type, object })}\n`);
    }
  }
}

function keyOf({ groupVersion, plural, namespace, name }: Address): string {
  return [groupVersion, plural, namespace, name].join('|');
}
