/** What a management server says at `/metrics`. */
export interface Scrape {
  readonly text: string;
  /** Lines that are samples, without their values. */
  readonly series: readonly string[];
  /** The value of a series, written as it stands in the exposition; 0 where it is not there. */
  value(series: string): number;
  /** The sum over all series of a metric that have these labels. */
  sum(metric: string, labels?: Readonly<Record<string, string>>): number;
}

/** Scrapes as Prometheus would; `accept` is what the scraper understands. */
export async function scrape(management: string, accept = 'text/plain'): Promise<Scrape> {
  const response = await fetch(`${management}/metrics`, { headers: { accept } });
  if (!response.ok) throw new Error(`/metrics answers ${response.status}`);
  return scraped(await response.text());
}

function scraped(text: string): Scrape {
  const values = new Map<string, number>();
  for (const line of text.split('\n')) {
    const sample = /^(\S+?(?:\{.*?\})?) (\S+)(?: # .*)?$/.exec(line);
    if (sample && !line.startsWith('#')) values.set(sample[1] as string, Number(sample[2]));
  }
  return {
    text,
    series: [...values.keys()],
    value: (series) => values.get(series) ?? 0,
    sum: (metric, labels = {}) =>
      [...values]
        .filter(([series]) => series === metric || series.startsWith(`${metric}{`))
        .filter(([series]) =>
          Object.entries(labels).every(
            ([name, value]) =>
              series.includes(`{${name}="${value}"`) || series.includes(`,${name}="${value}"`),
          ),
        )
        .reduce((sum, [, value]) => sum + value, 0),
  };
}
