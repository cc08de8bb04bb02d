import type { GaugeMode } from '@promshard/shard-format';
import fc from 'fast-check';

/** A metric to declare, in terms that Python's client and ours share. */
export type Metric = {
  readonly name: string;
  readonly help: string;
  readonly labelNames: readonly string[];
} & (
  | { readonly type: 'counter' | 'summary' }
  | { readonly type: 'gauge'; readonly mode: GaugeMode }
  /** Upper bounds, ascending, without `+Inf`. */
  | { readonly type: 'histogram'; readonly buckets: readonly number[] }
);

/** One call on one child of a metric. */
export interface Operation {
  /** Index of the metric. */
  readonly metric: number;
  /** Values of its labels, in the order of `labelNames`. */
  readonly labels: readonly string[];
  readonly method: 'inc' | 'dec' | 'set' | 'observe';
  readonly value: number;
  /** Unix seconds: when it happens. */
  readonly now: number;
}

/** What one process declares and does. */
export interface Program {
  readonly metrics: readonly Metric[];
  readonly operations: readonly Operation[];
}

/** Text with what is hard to quote. */
const text: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 6 }),
  fc.string({
    unit: fc.constantFrom(
      '"',
      '\\',
      '\n',
      '\r',
      '\t',
      '\0',
      ' ',
      '{',
      '}',
      ',',
      '=',
      'é',
      '\u2028',
      '\u007f',
      '😀',
      'n',
    ),
    maxLength: 6,
  }),
);

// prom-client, and so our writer, refuses an empty help text.
const help = text.filter((it) => it !== '');

/** Label values: also few and plain ones, so that processes meet in one series. */
const labelValue: fc.Arbitrary<string> = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom('zip', 'hash', '') },
  text,
);

const finite = fc.oneof(
  fc.integer({ min: -1000, max: 1000 }),
  fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e9, max: 1e9 }),
  fc.constantFrom(0, -0, 0.1, 1e-320, 1e308, 2 ** 53),
);

const BOUNDS = [-1, 0, 0.005, 0.1, 1, 2.5, 10, 123_456, 1e6, 2e7, 1e15];

function boundsUpTo(maxBound: number): fc.Arbitrary<number[]> {
  const allowed = BOUNDS.filter((bound) => bound <= maxBound);
  return fc
    .uniqueArray(fc.constantFrom(...allowed), { minLength: 1, maxLength: 4 })
    .map((all) => all.toSorted((a, b) => a - b));
}

const labelNames = fc.uniqueArray(fc.constantFrom('task_name', 'Zone', 'a', '_b1'), { maxLength: 3 });

/** Numbers beside the finite ones. */
const SPECIAL_NUMBERS: readonly number[] = [Number.NaN, Infinity, -Infinity];

/** What may be generated: what both sides know. */
export interface ProgramLimits {
  readonly modes: readonly GaugeMode[];
  /** The highest bucket bound. */
  readonly maxBound: number;
  /** Whether counters, histograms and summaries get NaN and the infinities; gauges always do. */
  readonly specialAmounts: boolean;
}

/** What the processes of one directory do; they share metrics, and differ in their histograms' buckets. */
export function programs({ modes, maxBound, specialAmounts }: ProgramLimits): fc.Arbitrary<Program[]> {
  const bounds = boundsUpTo(maxBound);
  return metricsOf(modes, bounds).chain((metrics) => {
    const program = fc.record({
      metrics: bounds.map((buckets) =>
        metrics.map((metric) => (metric.type === 'histogram' ? { ...metric, buckets } : metric)),
      ),
      operations: fc.array(operationOn(metrics, specialAmounts), { maxLength: 25 }),
    });
    return fc.array(program, { minLength: 1, maxLength: 4 });
  });
}

function metricsOf(modes: readonly GaugeMode[], bounds: fc.Arbitrary<number[]>): fc.Arbitrary<Metric[]> {
  const metric = fc.record({ help, labelNames }).chain((common) =>
    fc.oneof(
      fc.record({
        ...constants(common),
        name: fc.constant('jobs'),
        type: fc.constantFrom('counter' as const),
      }),
      fc.record({
        ...constants(common),
        name: fc.constant('size_bytes'),
        type: fc.constantFrom('summary' as const),
      }),
      fc.constantFrom(...modes).chain((mode) =>
        fc.record({
          ...constants(common),
          name: fc.constant(`depth_${mode}`),
          type: fc.constant('gauge' as const),
          mode: fc.constant(mode),
        }),
      ),
      fc.record({
        ...constants(common),
        name: fc.constant('wait_seconds'),
        type: fc.constant('histogram' as const),
        buckets: bounds,
      }),
    ),
  );
  return fc.uniqueArray(metric, { minLength: 1, maxLength: 6, selector: ({ name }) => name });
}

function constants<T extends object>(record: T): { [K in keyof T]: fc.Arbitrary<T[K]> } {
  return Object.fromEntries(Object.entries(record).map(([key, it]) => [key, fc.constant(it)])) as {
    [K in keyof T]: fc.Arbitrary<T[K]>;
  };
}

function operationOn(metrics: readonly Metric[], specialAmounts: boolean): fc.Arbitrary<Operation> {
  return fc.nat({ max: metrics.length - 1 }).chain((index) => {
    const metric = metrics[index];
    const labels = (metric?.labelNames ?? []).map(() => labelValue);
    return fc.record({
      metric: fc.constant(index),
      labels: fc.tuple(...labels),
      method: fc.constantFrom(...methodsOf(metric)),
      value: amountOf(metric, specialAmounts),
      now: fc.integer({ min: 1, max: 8 }),
    });
  });
}

function methodsOf(metric: Metric | undefined): Operation['method'][] {
  if (metric?.type === 'counter') return ['inc'];
  if (metric?.type !== 'gauge') return ['observe'];
  // Python refuses to count a most-recent gauge up and down.
  return metric.mode.endsWith('mostrecent') ? ['set'] : ['set', 'inc', 'dec'];
}

function amountOf(metric: Metric | undefined, specialAmounts: boolean): fc.Arbitrary<number> {
  const special = specialAmounts || metric?.type === 'gauge' ? SPECIAL_NUMBERS : [0];
  // Python's least and greatest of NaN and a number depend on the order of files; ours do not.
  if (metric?.type === 'gauge' && /(?:min|max)$/.test(metric.mode)) return finite;
  const any = fc.oneof({ weight: 5, arbitrary: finite }, fc.constantFrom(...special));
  return metric?.type === 'counter' ? any.map(Math.abs) : any;
}
