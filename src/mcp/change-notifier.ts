import { Injectable } from '@nestjs/common';

/** Something that clients may have asked to hear of (MCP basic/patterns/subscriptions). */
export type Change =
  { readonly kind: 'tools' | 'prompts' | 'resources' } | { readonly kind: 'resource'; readonly uri: string };

export type ChangeListener = (change: Change) => void;

/**
 * Tells subscribed clients that something changed. Inject it into a provider that knows: a list that was filtered anew, a resource
 * with a fixed URI whose contents are others. What is registered or removed in the `CapabilityRegistry` tells itself.
 */
@Injectable()
export class ChangeNotifier {
  readonly #listeners = new Set<ChangeListener>();

  toolsChanged(): void {
    this.#publish({ kind: 'tools' });
  }

  promptsChanged(): void {
    this.#publish({ kind: 'prompts' });
  }

  /** The list of resources or of templates; for the contents of one resource there is `resourceUpdated`. */
  resourcesChanged(): void {
    this.#publish({ kind: 'resources' });
  }

  resourceUpdated(uri: string): void {
    this.#publish({ kind: 'resource', uri });
  }

  /** Calls `listener` for every change until the returned function is called. */
  subscribe(listener: ChangeListener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  #publish(change: Change): void {
    for (const listener of this.#listeners) listener(change);
  }
}
