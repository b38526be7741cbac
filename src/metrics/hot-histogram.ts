import type { Metric, MetricValue, Registry } from 'prom-client';

export interface HotHistogramOptions {
  readonly name: string;
  readonly help: string;
  /** What its series differ in. */
  readonly labelNames: readonly string[];
  /** Upper bounds, growing, in seconds. */
  readonly buckets: readonly number[];
  /** Called before the series are read. */
  readonly collect?: () => void;
  readonly registers: readonly Registry[];
}

/**
 * A histogram for the hot path. prom-client's own looks its series up by labels on every observation, which costs as much as a tenth of a
 * whole request; here a series is looked up once. What is scraped is the same.
 */
export class HotHistogram {
  readonly name: string;
  readonly help: string;
  readonly type = 'histogram';
  readonly labelNames: readonly string[];
  readonly #buckets: readonly number[];
  readonly #series = new Map<string, HotHistogramSeries>();
  readonly #collect: (() => void) | undefined;

  constructor({ name, help, labelNames, buckets, collect, registers }: HotHistogramOptions) {
    this.#collect = collect;
    this.name = name;
    this.help = help;
    this.labelNames = labelNames;
    this.#buckets = buckets;
    // The registry asks for no more than what stands here.
    for (const registry of registers) registry.registerMetric(this as unknown as Metric);
  }

  /** The one series that has these labels. */
  labels(labels: Readonly<Record<string, string>>): HotHistogramSeries {
    const key = JSON.stringify(labels);
    let series = this.#series.get(key);
    if (!series) this.#series.set(key, (series = new HotHistogramSeries(labels, this.#buckets)));
    return series;
  }

  /** All series that were ever asked for. */
  series(): Iterable<HotHistogramSeries> {
    return this.#series.values();
  }

  /** What a registry asks for when it is scraped. */
  get(): Promise<object> {
    this.#collect?.();
    const values = [...this.#series.values()].flatMap((series) => series.values(this.name));
    return Promise.resolve({
      name: this.name,
      help: this.help,
      type: 'histogram',
      values,
      aggregator: 'sum',
    });
  }

  reset(): void {
    this.#series.clear();
  }
}

/** OpenMetrics 1.0, "Exemplars". */
interface Exemplar {
  readonly labelSet: Readonly<Record<string, string>>;
  readonly value: number;
  /** Seconds since 1970. */
  readonly timestamp: number;
}

type HistogramLine = MetricValue<string> & { metricName: string; exemplar?: Exemplar };

function exemplar(traceId: string, value: number): Exemplar {
  return { labelSet: { trace_id: traceId }, value, timestamp: Date.now() / 1000 };
}

export class HotHistogramSeries {
  /** How many fell into each bucket, and, last, above all of them. */
  readonly #counts: Float64Array;
  /** Of each bucket, the latest. */
  readonly #exemplars: (Exemplar | undefined)[] = [];
  #sum = 0;

  constructor(
    readonly labels: Readonly<Record<string, string>>,
    private readonly buckets: readonly number[],
  ) {
    this.#counts = new Float64Array(buckets.length + 1);
  }

  /** `traceId`: of the trace that this was part of, shown as an exemplar where the scraper can read one. */
  observe(seconds: number, traceId?: string): void {
    let bucket = 0;
    while (bucket < this.buckets.length && seconds > (this.buckets[bucket] as number)) bucket++;
    (this.#counts[bucket] as number)++;
    this.#sum += seconds;
    if (traceId !== undefined) this.#exemplars[bucket] = exemplar(traceId, seconds);
  }

  /** How many there were. */
  get count(): number {
    return this.#counts.reduce((sum, count) => sum + count, 0);
  }

  /** In the exposition format: each bucket counts what lies in those below it too. */
  values(name: string): HistogramLine[] {
    let count = 0;
    const buckets = [...this.buckets, '+Inf'].map((le, index) => {
      count += this.#counts[index] as number;
      const line = { metricName: `${name}_bucket`, labels: { le, ...this.labels }, value: count };
      const latest = this.#exemplars[index];
      return latest ? { ...line, exemplar: latest } : line;
    });
    return [
      ...buckets,
      { metricName: `${name}_sum`, labels: { ...this.labels }, value: this.#sum },
      { metricName: `${name}_count`, labels: { ...this.labels }, value: count },
    ];
  }
}
