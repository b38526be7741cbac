import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { CapabilityRegistry } from '../capability-registry.js';
import { ChangeNotifier } from '../change-notifier.js';

interface Watch {
  users: number;
  readonly stop: () => void;
}

/** Watches resources and lists while somebody listens: one watch for each, however many listen. */
@Injectable()
export class ResourceWatches implements OnModuleDestroy {
  readonly #watches = new Map<string, Watch>();

  constructor(
    private readonly registry: CapabilityRegistry,
    private readonly notifier: ChangeNotifier,
  ) {}

  /** Says `resourceUpdated` for every change of a resource, until the returned function is called. */
  resource(uri: string): () => void {
    const start = this.registry.resourceFor(uri)?.watch;
    return this.#use(`resource ${uri}`, () => start?.(uri, () => this.notifier.resourceUpdated(uri)));
  }

  /** Says `resourcesChanged` for every change of what templates list, until the returned function is called. */
  lists(): () => void {
    return this.#use('lists', () => {
      const stops = [...this.registry.resourceTemplates.values()].map(({ watchList }) =>
        watchList?.(() => this.notifier.resourcesChanged()),
      );
      return () => {
        for (const stop of stops) stop?.();
      };
    });
  }

  onModuleDestroy(): void {
    for (const { stop } of this.#watches.values()) stop();
    this.#watches.clear();
  }

  #use(key: string, start: () => (() => void) | undefined): () => void {
    const watch = this.#watches.get(key) ?? { users: 0, stop: start() ?? (() => undefined) };
    this.#watches.set(key, watch);
    watch.users += 1;
    let using = true;
    return () => {
      if (using) this.#release(key, watch);
      using = false;
    };
  }

  #release(key: string, watch: Watch): void {
    watch.users -= 1;
    if (watch.users > 0 || this.#watches.get(key) !== watch) return;
    this.#watches.delete(key);
    watch.stop();
  }
}
