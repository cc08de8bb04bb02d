import type { MetricFamily } from '@promshard/exposition';

/** A family as it is exposed, whoever exposes it. */
export interface AuditedFamily {
  /** As scraped: a counter's with `_total`. */
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'histogram' | 'summary' | 'untyped';
  readonly help: string;
  /** Distinct label sets, not counting buckets and quantiles. */
  readonly series: number;
  /** The distinct values of each label. Never printed. */
  readonly labels: ReadonlyMap<string, ReadonlySet<string>>;
}

/** What the families of a parsed exposition or of a snapshot are about; empty ones are left out. */
export function auditedFamily(
  family: Omit<MetricFamily, 'type'> & { readonly type: string },
): AuditedFamily | undefined {
  const [first] = family.samples;
  if (first === undefined) return undefined;
  const type = typeOf(family.type);
  const own = type === 'histogram' ? 'le' : type === 'summary' ? 'quantile' : undefined;
  const labels = new Map<string, Set<string>>();
  const series = new Set<string>();
  for (const sample of family.samples) {
    const pairs = sample.labels.filter(([name]) => name !== own);
    series.add(JSON.stringify(pairs));
    for (const [name, value] of pairs) {
      const values = labels.get(name);
      if (values === undefined) labels.set(name, new Set([value]));
      else values.add(value);
    }
  }
  const name = type === 'histogram' || type === 'summary' ? family.name : first.name;
  return { name, type, help: family.help, series: series.size, labels };
}

function typeOf(type: string): AuditedFamily['type'] {
  switch (type) {
    case 'counter':
    case 'gauge':
    case 'histogram':
    case 'summary':
      return type;
    case 'info':
    case 'stateset':
      return 'gauge';
    default:
      return 'untyped';
  }
}
