import type { AuditEvent } from './audit-event.js';

interface Repetition {
  event: AuditEvent;
  count: number;
}

const WINDOW_MS = 10_000;
/** Different ones in a window; beyond that each is recorded by itself. */
const MAX_KEYS = 10_000;

/**
 * Events that strangers can cause as often as they like: the first of a kind is recorded at once, the others of the next seconds in one event that
 * says how many they were (`repeated`). Nobody fills the trail by asking without a token.
 */
export class RepeatedEvents {
  #window = new Map<string, Repetition>();
  #timer: NodeJS.Timeout | undefined;

  constructor(private readonly record: (event: AuditEvent) => void) {}

  /** `key`: what the events have in common. */
  add(key: string, event: AuditEvent): void {
    const known = this.#window.get(key);
    if (known) {
      known.event = event;
      known.count += 1;
      return;
    }
    this.record(event);
    if (this.#window.size >= MAX_KEYS) return;
    this.#window.set(key, { event, count: 0 });
    this.#timer ??= setTimeout(() => this.flush(), WINDOW_MS).unref();
  }

  /** Records what was repeated. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const window = this.#window;
    this.#window = new Map();
    for (const { event, count } of window.values())
      if (count > 0) this.record({ ...event, detail: { ...event.detail, repeated: count } });
  }
}
