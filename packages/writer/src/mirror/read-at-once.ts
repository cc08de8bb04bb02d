/** What prom-client keeps of one series, under its own field names. */
interface Entry {
  readonly labels?: Readonly<Record<string, unknown>>;
  readonly value?: unknown;
  readonly bucketValues?: Readonly<Record<string, number>>;
  readonly sum?: number;
  readonly count?: number;
}

/** A metric of prom-client 15 (`hashMap`) or of `@prometheus-io/client` (`store`). */
interface Internals {
  readonly name: string;
  readonly help?: string;
  readonly type?: string;
  readonly aggregator?: string;
  readonly upperBounds?: readonly number[];
  readonly hashMap?: Readonly<Record<string, Entry>>;
  readonly store?: { readonly values?: () => Iterable<Entry> };
}

/**
 * What `get()` of a metric would resolve to, at once: no promise settles any more when a process exits. The fields in
 * which these libraries keep their values are not documented, so whatever looks different gives undefined. Nothing is
 * collected.
 */
export function readAtOnce(metric: object): object | undefined {
  const { name, help, type, aggregator, upperBounds = [], hashMap, store } = metric as Internals;
  const entries = hashMap === undefined ? store?.values?.() : Object.values(hashMap);
  if (entries === undefined) return undefined;
  const values: object[] = [];
  for (const { labels = {}, ...entry } of entries) {
    // One of them keeps the numbers of a summary one level further down.
    const { value = 0, bucketValues, sum, count } = isObject(entry.value) ? entry.value : entry;
    if (type === 'counter' || type === 'gauge') {
      values.push({ labels, value });
      continue;
    }
    if (sum === undefined || count === undefined) return undefined;
    let below = 0;
    for (const bound of upperBounds) {
      const counted = bucketValues?.[bound];
      if (counted === undefined) return undefined;
      below += counted;
      values.push({ labels: { ...labels, le: bound }, value: below, metricName: `${name}_bucket` });
    }
    if (type === 'histogram') {
      values.push({ labels: { ...labels, le: '+Inf' }, value: count, metricName: `${name}_bucket` });
    }
    values.push({ labels, value: sum, metricName: `${name}_sum` });
    values.push({ labels, value: count, metricName: `${name}_count` });
  }
  return { name, help, type, aggregator, values };
}

function isObject(value: unknown): value is Entry {
  return typeof value === 'object' && value !== null;
}
