import type { Context } from './case.js';
import { base } from './case.js';

/** What a difference is shown with. */
export interface DifferenceContext extends Context {
  /** What the exporter would print of the store; nothing where the library has none. */
  readonly scraped: () => Promise<string>;
}

/** One intended difference: a row of the table in the writer's README, and how it shows. */
export interface Difference {
  readonly what: string;
  readonly promClient: string;
  readonly here: string;
  readonly show: (context: DifferenceContext) => unknown;
  /** What it shows with prom-client. */
  readonly theirs: unknown;
  /** What it shows with `@promshard/writer`. */
  readonly ours: unknown;
  /** What it shows with `@promshard/prom-client`, where that is something else. */
  readonly dropIn?: unknown;
}

const aggregator = 'sum';
const exemplarLabels = { trace_id: 'abc' };

// oxlint-disable-next-line typescript/no-explicit-any -- see Client
async function values(metric: any): Promise<unknown> {
  const { values: all } = (await metric.get()) as { values: { labels: object; value: number }[] };
  return all.map(({ labels, value }) => [labels, value]);
}

function message(error: unknown): unknown {
  return (error as { message?: string } | undefined)?.message;
}

/** All of them, in the order of the table. */
export const DIFFERENCES: readonly Difference[] = [
  {
    what: 'a gauge without `aggregator` or `multiprocessMode`',
    promClient: 'is summed',
    here: 'is refused; `@promshard/prom-client` sums the living, too',
    show: ({ client: { Gauge }, attempt, registers }) =>
      (attempt(() => new Gauge({ ...base, registers })) as { name: string }).name,
    theirs: 'm',
    ours: 'WriterError',
    dropIn: 'm',
  },
  {
    what: "methods that are taken off a child: `const { inc } = counter.labels('a')`",
    promClient: 'work',
    here: 'do not, since the child is the series itself; with `@promshard/prom-client` they work',
    show: async ({ client: { Counter }, attempt, registers }) => {
      const counter = new Counter({ ...base, labelNames: ['a'], registers });
      const { inc } = counter.labels('x') as { inc: () => void };
      attempt(() => inc());
      return values(counter);
    },
    theirs: [[{ a: 'x' }, 1]],
    ours: [[{ a: 'x' }, 0]],
    dropIn: [[{ a: 'x' }, 1]],
  },
  {
    what: "label sets `{a: '1,b:2', b: '3'}` and `{a: '1', b: '2,b:3'}`",
    promClient: 'are one',
    here: 'are two',
    show: async ({ client: { Counter }, registers }) => {
      const counter = new Counter({ ...base, labelNames: ['a', 'b'], registers });
      counter.inc({ a: '1,b:2', b: '3' });
      counter.inc({ a: '1', b: '2,b:3' });
      return values(counter);
    },
    theirs: [[{ a: '1,b:2', b: '3' }, 2]],
    ours: [
      [{ a: '1,b:2', b: '3' }, 1],
      [{ a: '1', b: '2,b:3' }, 1],
    ],
  },
  {
    what: 'labels that the label policy refuses, and series past its budgets',
    promClient: 'are counted as they are',
    here: 'are refused at declaration, or counted under `__other__` and `__overflow__`',
    show: async ({ client: { Counter }, attempt, registers }) => {
      const error = attempt(() => new Counter({ ...base, name: 'n', labelNames: ['email'], registers }));
      const counter = new Counter({ ...base, labelNames: ['a'], registers });
      counter.inc({ a: 'jane@example.com' });
      return [typeof message(error), await values(counter)];
    },
    theirs: ['undefined', [[{ a: 'jane@example.com' }, 1]]],
    ours: ['string', [[{ a: '__other__' }, 1]]],
  },
  {
    what: 'an OpenMetrics scrape of the registry',
    promClient: 'renames counters for good',
    here: 'renames them there, too, but not in the shards',
    show: async ({ client: { Counter }, openMetrics, scraped }) => {
      const counter = new Counter({
        ...base,
        name: 'jobs_total',
        labelNames: ['a'],
        registers: [openMetrics],
      });
      await openMetrics.metrics();
      counter.inc({ a: 'x' });
      return [counter.name, await scraped()];
    },
    theirs: ['jobs', ''],
    ours: ['jobs', '# HELP jobs_total A help text.\n# TYPE jobs_total counter\njobs_total{a="x"} 1\n'],
  },
  {
    what: 'a counter named `jobs`',
    promClient: '`jobs`',
    here: '`jobs` in the registry, `jobs_total` in the shards',
    show: async ({ client: { Counter }, registry, scraped }) => {
      new Counter({ ...base, name: 'jobs', registers: [registry] });
      return [await registry.metrics(), await scraped()];
    },
    theirs: ['# HELP jobs A help text.\n# TYPE jobs counter\njobs 0\n', ''],
    ours: [
      '# HELP jobs A help text.\n# TYPE jobs counter\njobs 0\n',
      '# HELP jobs_total A help text.\n# TYPE jobs_total counter\njobs_total 0\n',
    ],
  },
  {
    what: 'a gauge without labels that was never set',
    promClient: 'is 0',
    here: 'is 0 in the registry, and not in the shards, so that it cannot win a `min`',
    show: async ({ client: { Gauge }, registers, scraped }) => {
      const gauge = new Gauge({ ...base, aggregator: 'min', registers });
      return [await values(gauge), await scraped()];
    },
    theirs: [[[{}, 0]], ''],
    ours: [[[{}, 0]], ''],
  },
  {
    what: 'the value NaN',
    promClient: 'is printed as `Nan`, which Prometheus refuses',
    here: "is printed so by prom-client's registry, and as `NaN` by the exporter",
    show: async ({ client: { Gauge }, registry, scraped }) => {
      new Gauge({ ...base, aggregator: 'max', registers: [registry] }).set(NaN);
      const line = (text: string): string | undefined =>
        text.split('\n').find((each) => each.startsWith('m '));
      return [line(await registry.metrics()), line(await scraped())];
    },
    theirs: ['m Nan', undefined],
    ours: ['m Nan', 'm NaN'],
  },
  {
    what: '`aggregator` of a counter, histogram or summary, but for `omit`',
    promClient: 'combines workers so',
    here: 'is told by `get()` alone: in the shards they always add up',
    show: async ({ client: { Counter }, registers, scraped }) => {
      const counter = new Counter({ ...base, aggregator: 'max', registers });
      counter.inc(2);
      return [(await counter.get()).aggregator, /m_total (\d)/.exec(await scraped())?.[1]];
    },
    theirs: ['max', undefined],
    ours: ['max', '2'],
  },
  {
    what: '`registry.clear()`, `removeSingleMetric()`',
    promClient: 'end a metric',
    here: 'take it out of the registry; in the shards it stays',
    show: async ({ client: { Counter }, registry, scraped }) => {
      new Counter({ ...base, name: 'kept_total', registers: [registry] }).inc();
      registry.clear();
      return [await registry.metrics(), /kept_total \d/.exec(await scraped())?.[0]];
    },
    theirs: ['\n', undefined],
    ours: ['\n', 'kept_total 1'],
  },
  {
    what: '`counter.labels(…)`, `histogram.labels(…)`, `summary.labels(…)`',
    promClient: 'leave no trace until counted',
    here: 'the series exists, at 0',
    show: async ({ client: { Counter, Histogram, Summary }, registers }) => {
      const options = { labelNames: ['a'], registers, buckets: [], percentiles: [] };
      const all = [
        new Counter({ ...base, ...options, name: 'c' }),
        new Histogram({ ...base, ...options, name: 'h' }),
        new Summary({ ...base, ...options, name: 's' }),
      ];
      for (const metric of all) metric.labels('x');
      return Promise.all(all.map(async (metric) => (await metric.get()).values.length as number));
    },
    theirs: [0, 0, 0],
    ours: [1, 3, 2],
  },
  {
    what: '`counter.labels(…)` with an undeclared label',
    promClient: 'throws when it counts',
    here: 'throws at once, as the other types do',
    show: ({ client: { Counter }, attempt, registers }) => {
      const counter = new Counter({ ...base, labelNames: ['a'], registers });
      return message(attempt(() => counter.labels({ b: 'x' })));
    },
    theirs: undefined,
    ours: 'Added label "b" is not included in initial labelset: [ \'a\' ]',
  },
  {
    what: "`counter.inc(NaN)`, `inc('')`, `inc(false)`",
    promClient: 'counts NaN, joins texts, counts 0',
    here: "throws prom-client's `TypeError`",
    show: async ({ client: { Counter }, attempt, registers }) => {
      const messages = [NaN, '', false].map((value) => {
        const counter = new Counter({ ...base, labelNames: ['a'], registers: [] });
        return message(attempt(() => counter.inc({ a: 'x' }, value)));
      });
      const counter = new Counter({ ...base, registers });
      attempt(() => counter.inc(NaN));
      return [messages, await values(counter)];
    },
    theirs: [[undefined, undefined, undefined], [[{}, NaN]]],
    ours: [
      [
        'Value is not a valid number: NaN',
        'Value is not a valid number: ',
        'Value is not a valid number: false',
      ],
      [[{}, 0]],
    ],
  },
  {
    what: "`gauge.dec('5')`, `gauge.dec(null)`",
    promClient: 'counts what the text or null turns into',
    here: 'throws the `TypeError` of `inc`',
    show: ({ client: { Gauge }, attempt, registers }) => {
      const gauge = new Gauge({ ...base, aggregator, registers });
      return [message(attempt(() => gauge.dec('5'))), message(attempt(() => gauge.dec(null)))];
    },
    theirs: [undefined, undefined],
    ours: ['Delta is not a valid number: 5', 'Delta is not a valid number: null'],
  },
  {
    what: 'the error for a value that is none: `histogram.observe(NaN)`, `summary.observe(labels)`',
    promClient: 'names something else, the values of the labels among it',
    here: 'names what was given',
    show: ({ client: { Histogram, Summary }, attempt, registers }) => {
      const histogram = new Histogram({ ...base, registers });
      const summary = new Summary({ ...base, name: 's', labelNames: ['a'], percentiles: [], registers });
      return [
        message(attempt(() => histogram.observe(NaN))),
        message(attempt(() => summary.observe({ a: 'x' }))),
      ];
    },
    theirs: ['Value is not a valid number: undefined', "Value is not a valid number: { a: 'x' }"],
    ours: ['Value is not a valid number: NaN', 'Value is not a valid number: undefined'],
  },
  {
    what: 'the wrong number of label values',
    promClient: 'the error holds the values',
    here: 'the error does not',
    show: ({ client: { Counter }, attempt, registers }) => {
      const counter = new Counter({ ...base, labelNames: ['a', 'b'], registers });
      return message(attempt(() => counter.labels('secret')));
    },
    theirs: 'Invalid number of arguments (1): "secret" for label names (2): "a, b".',
    ours: 'Invalid number of arguments (1) for label names (2): "a, b".',
  },
  {
    what: 'a label that is `undefined`',
    promClient: 'is shown as `undefined`',
    here: 'is absent',
    show: async ({ client: { Counter }, registers, registry }) => {
      new Counter({ ...base, labelNames: ['a', 'b'], registers }).inc({ a: 'x', b: undefined });
      return (await registry.metrics()).split('\n')[2] as string;
    },
    theirs: 'm{a="x",b="undefined"} 1',
    ours: 'm{a="x"} 1',
  },
  {
    what: 'label values that are neither texts nor numbers',
    promClient: 'are shown as they are, unescaped',
    here: 'are their texts',
    show: async ({ client: { Counter }, registers, registry }) => {
      const value = { toString: () => 'a"b' };
      new Counter({ ...base, labelNames: ['a'], registers }).inc({ a: value });
      return (await registry.metrics()).split('\n')[2] as string;
    },
    theirs: 'm{a="a"b"} 1',
    ours: 'm{a="a\\"b"} 1',
  },
  {
    what: 'an object of labels that is changed after the call',
    promClient: 'changes the series that it made',
    here: 'does not',
    show: async ({ client: { Counter }, registers }) => {
      const counter = new Counter({ ...base, labelNames: ['a'], registers });
      const labels = { a: 'x' };
      counter.inc(labels);
      labels.a = 'y';
      return values(counter);
    },
    theirs: [[{ a: 'y' }, 1]],
    ours: [[{ a: 'x' }, 1]],
  },
  {
    what: '`getMetricsAsJSON()` of a registry with default labels',
    promClient: 'writes them into counters and gauges for good',
    here: 'does not',
    show: async ({ client: { Counter }, registry }) => {
      const counter = new Counter({ ...base, registers: [registry] });
      registry.setDefaultLabels({ app: 'x' });
      await registry.getMetricsAsJSON();
      return values(counter);
    },
    theirs: [[{ app: 'x' }, 0]],
    ours: [[{}, 0]],
  },
  {
    what: 'unsorted `buckets`, or one twice',
    promClient: 'wrong counts, or lines twice',
    here: 'sorted, each once',
    show: async ({ client: { Histogram }, registers }) => {
      const histogram = new Histogram({ ...base, buckets: [2, Infinity, 1, 1], registers });
      histogram.observe(0.5);
      return values(histogram);
    },
    theirs: [
      [{ le: 2 }, 1],
      [{ le: Infinity }, 1],
      [{ le: 1 }, 1],
      [{ le: 1 }, 1],
      [{ le: '+Inf' }, 1],
      [{}, 0.5],
      [{}, 1],
    ],
    ours: [
      [{ le: 1 }, 1],
      [{ le: 2 }, 1],
      [{ le: '+Inf' }, 1],
      [{}, 0.5],
      [{}, 1],
    ],
  },
  {
    what: '`buckets` that are not numbers',
    promClient: 'are taken',
    here: 'are refused',
    show: ({ client: { Histogram }, attempt }) =>
      (attempt(() => new Histogram({ ...base, buckets: ['1'], registers: [] })) as { name: string }).name,
    theirs: 'm',
    ours: 'WriterError',
  },
  {
    what: '`reset()` of a histogram without labels',
    promClient: 'it vanishes',
    here: 'it is 0',
    show: async ({ client: { Histogram }, registers }) => {
      const histogram = new Histogram({ ...base, buckets: [], registers });
      histogram.observe(1);
      histogram.reset();
      return values(histogram);
    },
    theirs: [],
    ours: [
      [{ le: '+Inf' }, 0],
      [{}, 0],
      [{}, 0],
    ],
  },
  {
    what: '`zero()` with an undeclared label',
    promClient: 'makes a series with it',
    here: 'throws',
    show: ({ client: { Histogram }, attempt, registers }) => {
      const histogram = new Histogram({ ...base, labelNames: ['a'], registers });
      return message(attempt(() => histogram.zero({ b: 'x' })));
    },
    theirs: undefined,
    ours: 'Added label "b" is not included in initial labelset: [ \'a\' ]',
  },
  {
    what: 'a metric that is refused for a reserved label',
    promClient: 'stays in the registry',
    here: 'does not',
    show: ({ client: { Histogram }, attempt, registers, registry }) => {
      attempt(() => new Histogram({ ...base, labelNames: ['le'], registers }));
      const names = registry.getMetricsAsArray().map(({ name }: { name: string }) => name) as string[];
      registry.clear();
      return names;
    },
    theirs: ['m'],
    ours: [],
  },
  {
    what: 'an option that is `undefined`: `labelNames`, `buckets`, `aggregator`',
    promClient: 'is an error, or stays undefined',
    here: 'is as if it were not there',
    show: async ({ client: { Counter, Histogram }, attempt }) => {
      const metric = new Counter({ ...base, aggregator: undefined, registers: [] });
      return [
        message(attempt(() => new Counter({ ...base, labelNames: undefined, registers: [] }))),
        message(attempt(() => new Histogram({ ...base, buckets: undefined, registers: [] }))),
        (await metric.get()).aggregator,
      ];
    },
    theirs: [
      "Cannot read properties of undefined (reading 'length')",
      "Cannot read properties of undefined (reading 'reduce')",
      undefined,
    ],
    ours: [undefined, undefined, 'sum'],
  },
  {
    what: 'calls without data objects under `enableExemplars`',
    promClient: '`inc(5)` counts 1; `labels(…).inc()` counts elsewhere; `observe(5)` throws',
    here: 'count as without the option',
    show: async ({ client: { Counter, Histogram }, attempt, openMetrics }) => {
      const options = { labelNames: ['a'], enableExemplars: true, registers: [openMetrics] };
      const counter = new Counter({ ...base, ...options });
      counter.inc(5);
      counter.labels('x').inc(2);
      const histogram = new Histogram({ ...base, ...options, buckets: [], name: 'h' });
      return [await values(counter), message(attempt(() => histogram.observe(5)))];
    },
    theirs: [[[{}, 2]], 'Value is not a valid number: undefined'],
    ours: [
      [
        [{}, 5],
        [{ a: 'x' }, 2],
      ],
      undefined,
    ],
  },
  {
    what: 'the exemplar of an increase by 0',
    promClient: 'says 1',
    here: 'says 0',
    show: async ({ client: { Counter }, openMetrics }) => {
      const counter = new Counter({ ...base, enableExemplars: true, registers: [openMetrics] });
      counter.inc({ value: 0, exemplarLabels });
      return (await counter.get()).values[0].exemplar.value as number;
    },
    theirs: 1,
    ours: 0,
  },
  {
    what: 'an exemplar whose labels are too long',
    promClient: 'throws, and leaves an empty exemplar',
    here: 'throws, and leaves the one before',
    show: async ({ client: { Counter }, attempt, openMetrics }) => {
      const counter = new Counter({ ...base, enableExemplars: true, registers: [openMetrics] });
      const error = attempt(() => counter.inc({ exemplarLabels: { trace_id: 'x'.repeat(200) } }));
      return [message(error), (await counter.get()).values[0].exemplar?.labelSet];
    },
    theirs: ['Label set size must be smaller than 128 UTF-8 chars', {}],
    ours: ['Label set size must be smaller than 128 UTF-8 chars', undefined],
  },
  {
    what: 'what `counter.inc()` returns',
    promClient: 'an object',
    here: 'nothing, as its declarations say',
    show: ({ client: { Counter }, registers }) => typeof new Counter({ ...base, registers }).inc(),
    theirs: 'object',
    ours: 'undefined',
  },
  {
    what: 'fields that no declaration names, such as `hashMap`',
    promClient: 'are there',
    here: 'are not',
    show: ({ client: { Counter }, registers }) => 'hashMap' in new Counter({ ...base, registers }),
    theirs: true,
    ours: false,
  },
  {
    what: 'the quantiles of a summary',
    promClient: 'are interpolated, from a t-digest of a sliding window',
    here: 'are within `relativeError` of an exact one, over all time',
    show: async ({ client: { Summary }, registers, wait }) => {
      const window = { maxAgeSeconds: 10, ageBuckets: 2 };
      const summary = new Summary({ ...base, ...window, percentiles: [0.5], registers });
      summary.observe(2);
      summary.observe(3);
      const [[labels, first]] = (await values(summary)) as [[object, number]];
      wait(60_000);
      const [[, later]] = (await values(summary)) as [[object, number]];
      return [labels, Math.round(first * 10), Math.round(later * 10)];
    },
    theirs: [{ quantile: 0.5 }, 25, 0],
    ours: [{ quantile: 0.5 }, 20, 20],
  },
  {
    what: '`collectDefaultMetrics()`',
    promClient: 'measures when the registry is read',
    here: 'measures at intervals, too, and has `nodejs_eventloop_delay_seconds` besides; so `@promshard/prom-client`’s',
    show: ({ client, registry }) => {
      client.collectDefaultMetrics({ register: registry, prefix: 'x_' });
      const more = registry.getSingleMetric('x_nodejs_eventloop_delay_seconds') !== undefined;
      registry.clear();
      return more;
    },
    theirs: false,
    ours: true,
  },
];
