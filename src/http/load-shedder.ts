import { monitorEventLoopDelay } from 'node:perf_hooks';

/** Why work is turned away: the process is behind with what it has, or has too much of it. */
export const SHED_REASONS = ['event_loop', 'requests'] as const;
export type ShedReason = (typeof SHED_REASONS)[number];

export interface LoadLimits {
  /** How far the event loop may be behind on average, milliseconds; 0: as far as it likes. */
  readonly maxDelayMs: number;
  /** Requests that may run at once, open streams apart; 0: any number. */
  readonly maxRequests: number;
}

export interface Load {
  /** Requests that run, with the one that is decided upon. */
  readonly running: () => number;
  /** By how much the event loop was behind on average since it was asked last, milliseconds. */
  readonly delayMs?: () => number;
}

const SAMPLE_MS = 500;
const RESOLUTION_MS = 20;
/** One sample may be a long collection of garbage or one big answer: that is over when it is seen. */
const SAMPLES_TO_SHED = 2;

/** Says when there is so much to do that new work is better turned away at once than kept waiting. */
export class LoadShedder {
  readonly #delayMs: () => number;
  readonly #timer: NodeJS.Timeout | undefined;
  #late = 0;

  constructor(
    private readonly limits: LoadLimits,
    private readonly load: Load,
    /** Told when the event loop falls behind, and when it has caught up. */
    private readonly onChange: (isBehind: boolean) => void = () => undefined,
  ) {
    this.#delayMs = load.delayMs ?? measuredDelay();
    if (limits.maxDelayMs > 0) this.#timer = setInterval(() => this.sample(), SAMPLE_MS).unref();
  }

  /** Why the next request shall be turned away; undefined where it may come in. */
  get reason(): ShedReason | undefined {
    if (this.#late >= SAMPLES_TO_SHED) return 'event_loop';
    const { maxRequests } = this.limits;
    return maxRequests > 0 && this.load.running() > maxRequests ? 'requests' : undefined;
  }

  /** Looks at the event loop. Happens by itself twice a second. */
  sample(): void {
    const before = this.#late;
    this.#late = this.#delayMs() > this.limits.maxDelayMs ? before + 1 : 0;
    if (this.#late === SAMPLES_TO_SHED) this.onChange(true);
    else if (this.#late === 0 && before >= SAMPLES_TO_SHED) this.onChange(false);
  }

  onModuleDestroy(): void {
    clearInterval(this.#timer);
  }
}

function measuredDelay(): () => number {
  const histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  histogram.enable();
  return () => {
    const { count, mean } = histogram;
    histogram.reset();
    return count === 0 ? 0 : mean / 1e6;
  };
}
