import { seriesKey } from './series-key.js';

/** Labels of a series in another library's registry. */
export type SourceLabels = Readonly<Record<string, unknown>>;

/** One series, its values in the order in which shards have those of its type. */
export interface SourceSeries {
  /** The same whatever the order of the labels. */
  readonly key: string;
  readonly labels: SourceLabels;
  /** `[value]` of counters and gauges, `[count, sum]` of summaries, `[sum, …buckets]` of histograms, not cumulative. */
  readonly values: readonly number[];
}

/** A metric of another library, as it was at one moment. */
export interface SourceMetric {
  readonly type: 'counter' | 'gauge' | 'histogram' | 'summary';
  readonly name: string;
  readonly help: string;
  readonly aggregator: string | undefined;
  readonly series: readonly SourceSeries[];
  /** Upper bounds of a histogram, ascending, without `+Inf`; else none. */
  readonly bounds: readonly number[];
  /** Whether there are quantiles, which cannot be combined. */
  readonly hasQuantiles: boolean;
}

interface SourceValue {
  readonly labels: SourceLabels;
  readonly value: number;
  readonly metricName?: string;
}

/** What `metric.get()` of prom-client and of its successors resolves to. */
interface MetricJson {
  readonly type?: unknown;
  readonly name?: unknown;
  readonly help?: unknown;
  readonly aggregator?: unknown;
  readonly values?: unknown;
}

/**
 * Reads what a metric's `get()` gave; undefined where that is no metric of a known type.
 *
 * @param defaultLabels - What the registry adds to series that do not have it.
 */
export function readSource(found: unknown, defaultLabels: SourceLabels = {}): SourceMetric | undefined {
  const { type, name, help, aggregator, values } = (found ?? {}) as MetricJson;
  if (typeof name !== 'string' || !Array.isArray(values)) return undefined;
  const common = {
    name,
    help: typeof help === 'string' ? help : '',
    aggregator: typeof aggregator === 'string' ? aggregator : undefined,
    bounds: [],
    hasQuantiles: false,
  };
  const isBare = Object.keys(defaultLabels).length === 0;
  const all = (values as readonly SourceValue[]).map((value) =>
    isBare && value.labels !== undefined
      ? value
      : { ...value, labels: { ...defaultLabels, ...value.labels } },
  );
  if (type === 'counter' || type === 'gauge') {
    const series = all.map(({ labels, value }) => ({ key: seriesKey(labels), labels, values: [value] }));
    return { ...common, type, series: type === 'counter' ? addedUp(series) : series };
  }
  if (type === 'summary') return { ...common, type, ...readSummary(name, all) };
  if (type === 'histogram') return { ...common, type, ...readHistogram(name, all) };
  return undefined;
}

/**
 * prom-client keeps the object of labels that it is given; if an application uses one again and again, with other values
 * in it, all of its series show the last ones.
 */
function addedUp(series: readonly SourceSeries[]): readonly SourceSeries[] {
  const byKey = new Map(series.map((one) => [one.key, one]));
  if (byKey.size === series.length) return series;
  const sums = new Map<string, number>();
  for (const { key, values } of series) sums.set(key, (sums.get(key) ?? 0) + (values[0] ?? 0));
  return [...byKey.values()].map((one) => ({ ...one, values: [sums.get(one.key) ?? 0] }));
}

function readSummary(
  name: string,
  values: readonly SourceValue[],
): Pick<SourceMetric, 'series' | 'hasQuantiles'> {
  const found = new Map<string, { labels: SourceLabels; count: number; sum: number }>();
  let hasQuantiles = false;
  for (const { labels, value, metricName } of values) {
    if (metricName === undefined || metricName === name) {
      hasQuantiles = true;
      continue;
    }
    const key = seriesKey(labels);
    const series = found.get(key) ?? { labels, count: 0, sum: 0 };
    found.set(key, series);
    if (metricName === `${name}_count`) series.count += value;
    if (metricName === `${name}_sum`) series.sum += value;
  }
  const series = [...found].map(([key, { labels, count, sum }]) => ({ key, labels, values: [count, sum] }));
  return { series, hasQuantiles };
}

function readHistogram(
  name: string,
  values: readonly SourceValue[],
): Pick<SourceMetric, 'series' | 'bounds'> {
  const found = new Map<
    string,
    { labels: SourceLabels; sum: number; below: number; counts: Map<number, number> }
  >();
  const bounds = new Set<number>();
  for (const { labels: all, value, metricName } of values) {
    const key = seriesKey(all, 'le');
    let series = found.get(key);
    if (series === undefined) {
      const { le: _le, ...labels } = all;
      series = { labels, sum: 0, below: 0, counts: new Map() };
      found.set(key, series);
    }
    if (metricName === `${name}_sum`) series.sum += value;
    if (metricName !== `${name}_bucket`) {
      series.below = 0;
      continue;
    }
    const bound = all['le'] === '+Inf' ? Infinity : Number(all['le']);
    // Each adds to the one before it, in the order of the declaration, which need not be ascending.
    series.counts.set(bound, (series.counts.get(bound) ?? 0) + value - series.below);
    series.below = value;
    bounds.add(bound);
  }
  bounds.delete(Infinity);
  const ascending = [...bounds].toSorted((a, b) => a - b);
  const series = [...found].map(([key, { labels, sum, counts }]) => ({
    key,
    labels,
    values: [sum, ...[...ascending, Infinity].map((bound) => counts.get(bound) ?? 0)],
  }));
  return { series, bounds: ascending };
}
