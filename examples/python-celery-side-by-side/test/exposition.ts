import { type MetricFamily, parseExposition } from '@promshard/exposition';

/** Reads a `/metrics` endpoint with a strict parser. */
export async function scrape(url: string): Promise<readonly MetricFamily[]> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`The exporter answered ${response.status}.`);
  return parseExposition(await response.text()).families;
}

/** Values by sample name and labels, in one order. */
export function valuesOf(families: readonly MetricFamily[]): Map<string, number> {
  const samples = families.flatMap((family) => family.samples);
  return new Map(
    samples.map(({ name, labels, value }) => [
      `${name}${JSON.stringify(labels.toSorted(([a], [b]) => (a < b ? -1 : 1)))}`,
      value,
    ]),
  );
}

/** The sum over the series of a sample name. */
export function total(families: readonly MetricFamily[], sampleName: string, task?: string): number {
  return families
    .flatMap((family) => family.samples)
    .filter(
      ({ name, labels }) =>
        name === sampleName && (task === undefined || labels.some(([, value]) => value === task)),
    )
    .reduce((sum, { value }) => sum + value, 0);
}

/** Scrapes all the time and notes each counter that is lower than before. */
export function watchCounters(url: string): { stop(): Promise<{ scrapes: number; falls: string[] }> } {
  const last = new Map<string, number>();
  const falls: string[] = [];
  let scrapes = 0;
  let stopped = false;
  async function watch(): Promise<void> {
    while (!stopped) {
      const counters = (await scrape(url)).filter(({ type }) => type === 'counter' || type === 'histogram');
      scrapes += 1;
      const values = valuesOf(counters.filter(({ name }) => name.startsWith('task_')));
      for (const [series, value] of values) {
        if (value < (last.get(series) ?? 0)) falls.push(series);
        last.set(series, value);
      }
      // A series that is gone has fallen, too.
      for (const series of last.keys()) if (!values.has(series)) falls.push(series);
    }
  }
  const watching = watch();
  // Seen by stop().
  watching.catch(() => undefined);
  return {
    async stop() {
      stopped = true;
      await watching;
      return { scrapes, falls };
    },
  };
}
