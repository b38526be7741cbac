import { type Metric, type MetricObjectWithValues, type MetricValue, Registry } from 'prom-client';

type Read = () => Promise<MetricObjectWithValues<MetricValue<string>>>;

/** What prom-client asks of a metric, beside what its types say. */
interface ReadableMetric {
  readonly name: string;
  readonly type?: string;
  readonly get: Read;
  readonly getForPromString?: Read;
}

/** What a scraper gets, and what it is. */
export interface Exposition {
  readonly contentType: string;
  readonly text: string;
}

const TOTAL = '_total';

/**
 * All metrics in OpenMetrics 1.0, which has exemplars, for a scraper that asks for it before plain text; for everybody else in the
 * Prometheus text format 0.0.4.
 */
export async function exposition(registry: Registry, accept: string | undefined): Promise<Exposition> {
  const chosen: Registry = prefersOpenMetrics(accept) ? openMetrics(registry) : registry;
  return { contentType: chosen.contentType, text: await chosen.metrics() };
}

const OPEN_METRICS = 'application/openmetrics-text';

/** By RFC 9110 section 12.5.1: the greater `q` wins. Only version 1.0.0, or none, is what we speak. */
export function prefersOpenMetrics(accept: string | undefined): boolean {
  let openMetricsQ = 0;
  let textQ = 0;
  for (const range of (accept ?? '').toLowerCase().split(',')) {
    const [type = '', ...parameters] = range.split(';').map((part) => part.trim());
    const parameter = (name: string): string | undefined =>
      parameters.find((each) => each.startsWith(`${name}=`))?.slice(name.length + 1);
    const q = Number(parameter('q') ?? 1);
    if (!(q > 0)) continue;
    if (type === OPEN_METRICS && ['1.0.0', undefined].includes(parameter('version')))
      openMetricsQ = Math.max(openMetricsQ, q);
    else if (type === 'text/plain') textQ = Math.max(textQ, q);
  }
  return openMetricsQ > 0 && openMetricsQ >= textQ;
}

/**
 * The same metrics under the other content type. prom-client takes `_total` off the names of counters in a registry of OpenMetrics and
 * puts it back on each sample, for good: so it gets stand-ins, and the metrics themselves keep their names.
 */
function openMetrics(registry: Registry): Registry {
  const target = new Registry();
  target.setContentType(Registry.OPENMETRICS_CONTENT_TYPE as never);
  for (const metric of registry.getMetricsAsArray() as unknown as ReadableMetric[]) {
    const read = async (): Promise<object> => {
      const values = await (metric.getForPromString?.() ?? metric.get());
      return String(values.type) === 'counter' ? { ...values, name: withoutTotal(values.name) } : values;
    };
    target.registerMetric({ name: metric.name, get: read } as unknown as Metric);
  }
  return target;
}

function withoutTotal(name: string): string {
  return name.endsWith(TOTAL) ? name.slice(0, -TOTAL.length) : name;
}
