/** A thing that must work before traffic may come: rejects when it does not. */
export type ReadinessCheck = () => Promise<unknown>;

/** What the roles of this process said about when they are ready. */
export class Readiness {
  readonly checks = new Map<string, ReadinessCheck>();
  started = false;
  /** What the start waits for at this moment. */
  waitingFor: string | undefined;
  stopping = false;

  add(name: string, check: ReadinessCheck): void {
    this.checks.set(name, check);
  }
}
