import * as promClient from 'prom-client';
import { describe, expect, test } from 'vitest';

import * as promshard from '../src/index.js';

// The same calls on both; the types of the two libraries differ in details that do not matter here.
// oxlint-disable typescript/no-explicit-any, typescript/no-unsafe-type-assertion
interface Client {
  Counter: new (configuration: any) => any;
  Gauge: new (configuration: any) => any;
  Histogram: new (configuration: any) => any;
  Summary: new (configuration: any) => any;
}

const theirs = promClient as unknown as Client;
const ours = promshard as unknown as Client;
const base = { name: 'm', help: 'A help text.' };
const labelNames = ['method', 'code'];
const aggregator = 'sum';

type Scenario = (client: Client, registers: promClient.Registry[]) => void;

async function outputOf(client: Client, scenario: Scenario): Promise<unknown> {
  const registry = new promClient.Registry();
  scenario(client, [registry]);
  return { text: await registry.metrics(), json: await registry.getMetricsAsJSON() };
}

const same: Record<string, Scenario> = {
  'a counter counts from its declaration': ({ Counter }, registers) => {
    new Counter({ ...base, registers });
  },
  'a counter adds 1, numbers, fractions and null': ({ Counter }, registers) => {
    const counter = new Counter({ ...base, registers });
    counter.inc();
    counter.inc(2.5);
    counter.inc(null);
    counter.inc(0);
    counter.inc(undefined);
    counter.labels().inc(7);
  },
  'a counter adds by labels, in any order and form': ({ Counter }, registers) => {
    const counter = new Counter({ ...base, labelNames, registers });
    counter.inc({ method: 'GET', code: 200 });
    counter.inc({ code: '200', method: 'GET' }, 2);
    counter.labels('GET', '200').inc(4);
    counter.labels({ method: 'GET', code: '200' }).inc(8);
    counter.inc({ method: 'POST' }, 16);
    counter.inc(32);
    counter.inc({}, 64);
    counter.inc({ method: 'a"b\\c\nd', code: '' });
  },
  'a counter forgets what is removed': ({ Counter }, registers) => {
    const counter = new Counter({ ...base, labelNames, registers });
    counter.inc({ method: 'GET', code: '200' }, 5);
    counter.inc({ method: 'PUT', code: '200' }, 6);
    counter.inc({ method: 'POST', code: '200' }, 7);
    counter.remove('GET', '200');
    counter.remove({ method: 'PUT', code: '200' });
    counter.remove('none', 'such');
  },
  'a removed series begins at 0 when it is counted again': ({ Counter }, registers) => {
    const counter = new Counter({ ...base, labelNames, registers });
    const child = counter.labels('GET', '200');
    child.inc(5);
    counter.remove('GET', '200');
    child.inc(2);
  },
  'reset drops labelled counters and sets others to 0': ({ Counter }, registers) => {
    const bare = new Counter({ ...base, registers });
    bare.inc(5);
    bare.reset();
    const labelled = new Counter({ ...base, name: 'n', labelNames, registers });
    labelled.inc({ method: 'GET' }, 5);
    labelled.reset();
    labelled.inc({ method: 'PUT' });
  },
  'a counter can refresh itself when it is read': ({ Counter }, registers) => {
    new Counter({
      ...base,
      registers,
      collect(this: { inc(value: number): void }) {
        this.inc(3);
      },
    });
  },
  'a gauge is listed at 0 before its first use': ({ Gauge }, registers) => {
    new Gauge({ ...base, aggregator, registers });
  },
  'a gauge is set, raised and lowered': ({ Gauge }, registers) => {
    const gauge = new Gauge({ ...base, aggregator, registers });
    gauge.set(10);
    gauge.inc();
    gauge.inc(5);
    gauge.dec();
    gauge.dec(0.5);
    gauge.labels().inc(3);
    gauge.labels().dec(1);
  },
  'a gauge takes values by labels': ({ Gauge }, registers) => {
    const gauge = new Gauge({ ...base, aggregator, labelNames, registers });
    gauge.set({ method: 'GET', code: 200 }, -1);
    gauge.inc({ method: 'GET', code: 200 });
    gauge.dec({ method: 'PUT' }, 4);
    gauge.labels('POST', '500').set(Infinity);
    gauge.labels('POST', '501').set(-Infinity);
    gauge.labels({ method: 'x' }).inc(2);
    gauge.labels('never', 'set');
  },
  'reset sets a gauge to 0': ({ Gauge }, registers) => {
    const gauge = new Gauge({ ...base, aggregator, registers });
    gauge.set(4);
    gauge.reset();
  },
  'a histogram counts up to each bound and above': ({ Histogram }, registers) => {
    const histogram = new Histogram({ ...base, registers });
    for (const value of [0, 0.005, 0.0051, 0.3, 10, 11, -1]) histogram.observe(value);
  },
  'a histogram takes its own buckets and labels': ({ Histogram }, registers) => {
    const histogram = new Histogram({ ...base, labelNames, buckets: [0.5, 1, 1e6, 1e21], registers });
    histogram.observe({ method: 'GET', code: 200 }, 0.75);
    histogram.labels('GET', '200').observe(7);
    histogram.observe({ method: 'PUT' }, 1e30);
    histogram.zero({ method: 'zero', code: '0' });
  },
  'a histogram forgets what is removed': ({ Histogram }, registers) => {
    const histogram = new Histogram({ ...base, labelNames, buckets: [1], registers });
    histogram.observe({ method: 'GET', code: '200' }, 3);
    histogram.observe({ method: 'PUT', code: '200' }, 3);
    histogram.remove('GET', '200');
    histogram.zero({ method: 'PUT', code: '200' });
  },
  'default labels of the registry are shown': ({ Counter, Histogram }, registers) => {
    registers[0]?.setDefaultLabels({ app: 'x', method: 'default' });
    new Counter({ ...base, labelNames, registers }).inc({ method: 'GET' });
    new Histogram({ ...base, name: 'h', labelNames, buckets: [1], registers }).observe({ code: '1' }, 2);
  },
  'the registry can reset all metrics': ({ Counter, Gauge }, registers) => {
    new Counter({ ...base, registers }).inc(4);
    new Gauge({ ...base, name: 'g', aggregator, registers }).set(4);
    registers[0]?.resetMetrics();
  },
};

describe('the same calls give the same output as prom-client', () => {
  for (const [name, scenario] of Object.entries(same)) {
    test(name, async () => {
      expect(await outputOf(ours, scenario)).toEqual(await outputOf(theirs, scenario));
    });
  }
});

const errors: Record<string, (client: Client, registers: promClient.Registry[]) => void> = {
  'no configuration': ({ Counter }) => new Counter(undefined),
  'a configuration that is a string': ({ Histogram }) => new Histogram('m'),
  'no help': ({ Counter }) => new Counter({ name: 'm' }),
  'no name': ({ Gauge }) => new Gauge({ help: 'h', aggregator }),
  'a name with a dash': ({ Summary }) => new Summary({ name: 'a-b', help: 'h' }),
  'a label name with a dash': ({ Counter }) => new Counter({ ...base, labelNames: ['a-b'] }),
  'a collect that is no function': ({ Counter }) => new Counter({ ...base, collect: 1 }),
  'a histogram with the label le': ({ Histogram }, registers) =>
    new Histogram({ ...base, labelNames: ['le'], registers }),
  'a summary with the label quantile': ({ Summary }, registers) =>
    new Summary({ ...base, labelNames: ['quantile'], registers }),
  'exemplars on a registry of the text format': ({ Counter }, registers) =>
    new Counter({ ...base, enableExemplars: true, registers }),
  'two metrics of one name': ({ Counter }, registers) => {
    new Counter({ ...base, registers });
    new Counter({ ...base, registers });
  },
  'a counter that is lowered': ({ Counter }, registers) => new Counter({ ...base, registers }).inc(-1),
  'a counter with text': ({ Counter }, registers) => new Counter({ ...base, registers }).inc('1'),
  'a counter with Infinity': ({ Counter }, registers) => new Counter({ ...base, registers }).inc(Infinity),
  'a counter with text by labels': ({ Counter }, registers) =>
    new Counter({ ...base, labelNames, registers }).inc({ method: 'GET' }, 'x'),
  'a counter child that is lowered': ({ Counter }, registers) =>
    new Counter({ ...base, labelNames, registers }).labels('a', 'b').inc(-1),
  'a counter with an undeclared label': ({ Counter }, registers) =>
    new Counter({ ...base, labelNames, registers }).inc({ method: 'GET', other: 'x' }),
  'a gauge with text': ({ Gauge }, registers) => new Gauge({ ...base, aggregator, registers }).set('1'),
  'a gauge with nothing': ({ Gauge }, registers) => new Gauge({ ...base, aggregator, registers }).set(),
  'a gauge raised by text': ({ Gauge }, registers) => new Gauge({ ...base, aggregator, registers }).inc('1'),
  'a gauge with an undeclared label': ({ Gauge }, registers) =>
    new Gauge({ ...base, aggregator, labelNames, registers }).labels({ other: 'x' }),
  'a gauge without a value for its labels': ({ Gauge }, registers) =>
    new Gauge({ ...base, aggregator, labelNames, registers }).set({ method: 'GET' }),
  'a histogram with NaN': ({ Histogram }, registers) =>
    new Histogram({ ...base, labelNames, registers }).labels('a', 'b').observe(NaN),
  'a histogram with Infinity': ({ Histogram }, registers) =>
    new Histogram({ ...base, labelNames, registers }).labels('a', 'b').observe(Infinity),
  'a histogram with an undeclared label': ({ Histogram }, registers) =>
    new Histogram({ ...base, labelNames, registers }).observe({ other: 'x' }, 1),
  'a removal with an undeclared label': ({ Histogram }, registers) =>
    new Histogram({ ...base, labelNames, registers }).remove({ other: 'x' }),
  'a summary with text': ({ Summary }, registers) =>
    new Summary({ ...base, labelNames, registers }).observe({ method: 'GET' }, 'x'),
};

describe('the same mistakes give the same errors as with prom-client', () => {
  for (const [name, mistake] of Object.entries(errors)) {
    test(name, () => {
      expect(errorOf(ours, mistake)).toEqual(errorOf(theirs, mistake));
    });
  }
});

function errorOf(client: Client, mistake: (typeof errors)[string]): unknown {
  try {
    mistake(client, [new promClient.Registry()]);
  } catch (error) {
    if (error instanceof Error) return { name: error.name, message: error.message };
  }
  return 'no error';
}

function openMetricsRegistry(): promClient.Registry<promClient.OpenMetricsContentType> {
  const registry = new promClient.Registry<promClient.OpenMetricsContentType>();
  registry.setContentType(promClient.Registry.OPENMETRICS_CONTENT_TYPE);
  return registry;
}

describe('intended differences from prom-client', () => {
  const registers = (): promClient.Registry[] => [new promClient.Registry()];

  test('label sets never collide', async () => {
    const counter = new promshard.Counter({ ...base, labelNames: ['a', 'b'], registers: registers() });
    counter.inc({ a: '1,b:2', b: '3' });
    counter.inc({ a: '1', b: '2,b:3' });
    expect((await counter.get()).values).toHaveLength(2);
  });

  test('an OpenMetrics scrape does not rename a counter in the shards', async () => {
    const registry = openMetricsRegistry();
    const counter = new promshard.Counter({ ...base, name: 'jobs_total', registers: [registry] });
    expect(await registry.metrics()).toContain('jobs_total 0\n');
    expect(counter.name).toBe('jobs');
    counter.inc();
    expect(await registry.metrics()).toContain('jobs_total 1\n');
  });

  test('a counter refuses NaN, and text that is empty', () => {
    const counter = new promshard.Counter({ ...base, registers: registers() });
    expect(() => counter.inc(NaN)).toThrow(new TypeError('Value is not a valid number: NaN'));
    expect(() => counter.inc('' as never)).toThrow(TypeError);
  });

  test('labels() makes a counter series exist at 0', async () => {
    const counter = new promshard.Counter({ ...base, labelNames: ['a'], registers: registers() });
    counter.labels('x');
    expect((await counter.get()).values).toEqual([{ labels: { a: 'x' }, value: 0 }]);
  });

  test('a label that is undefined is absent', async () => {
    const counter = new promshard.Counter({ ...base, labelNames: ['a', 'b'], registers: registers() });
    counter.inc({ a: 'x', b: undefined as never });
    counter.inc({ a: 'x' });
    expect((await counter.get()).values).toEqual([{ labels: { a: 'x' }, value: 2 }]);
  });

  test('a wrong number of label values is told without the values', () => {
    const counter = new promshard.Counter({ ...base, labelNames: ['a', 'b'], registers: registers() });
    expect(() => counter.labels('secret')).toThrow(
      'Invalid number of arguments (1) for label names (2): "a, b".',
    );
  });

  test('buckets are sorted', async () => {
    const histogram = new promshard.Histogram({ ...base, buckets: [2, Infinity, 1], registers: registers() });
    histogram.observe(1.5);
    expect((await histogram.get()).values.map(({ labels, value }) => [labels, value])).toEqual([
      [{ le: 1 }, 0],
      [{ le: 2 }, 1],
      [{ le: '+Inf' }, 1],
      [{}, 1.5],
      [{}, 1],
    ]);
  });

  test('reset keeps a histogram without labels, at 0', async () => {
    const histogram = new promshard.Histogram({ ...base, buckets: [1], registers: registers() });
    histogram.observe(1.5);
    histogram.reset();
    expect((await histogram.get()).values.map(({ value }) => value)).toEqual([0, 0, 0, 0]);
  });

  test('a summary has quantiles within 1.1 % of the exact ones', async () => {
    const summary = new promshard.Summary({
      ...base,
      labelNames: ['a'],
      percentiles: [0.5, 0.9],
      registers: registers(),
    });
    summary.observe({ a: 'x' }, 2);
    summary.labels('x').observe(3);
    expect((await summary.get()).values).toEqual([
      { labels: { quantile: 0.5, a: 'x' }, value: expect.closeTo(2, 1) },
      { labels: { quantile: 0.9, a: 'x' }, value: expect.closeTo(3, 1) },
      { labels: { a: 'x' }, value: 5, metricName: 'm_sum' },
      { labels: { a: 'x' }, value: 2, metricName: 'm_count' },
    ]);
  });

  test('exemplars are accepted and dropped', async () => {
    const registry = openMetricsRegistry();
    const more = { labelNames: ['a'] as const, enableExemplars: true, registers: [registry] };
    const counter = new promshard.Counter({ ...base, ...more });
    counter.inc({ labels: { a: 'x' }, value: 2, exemplarLabels: { trace_id: 'abc' } });
    const histogram = new promshard.Histogram({ ...base, ...more, name: 'h', buckets: [1] });
    histogram.observe({ labels: { a: 'x' }, value: 2, exemplarLabels: { trace_id: 'abc' } });
    expect(await registry.metrics()).toBe(
      [
        '# HELP m A help text.',
        '# TYPE m counter',
        'm_total{a="x"} 2',
        '# HELP h A help text.',
        '# TYPE h histogram',
        'h_bucket{le="1",a="x"} 0',
        'h_bucket{le="+Inf",a="x"} 1',
        'h_sum{a="x"} 2',
        'h_count{a="x"} 1',
        '# EOF',
        '',
      ].join('\n'),
    );
  });

  test('timers measure, and take labels at both ends', async () => {
    const more = { labelNames: ['a', 'b'] as const, registers: registers() };
    const histogram = new promshard.Histogram({ ...base, ...more });
    const seconds = histogram.startTimer({ a: 'x' })({ b: 'y' });
    const gauge = new promshard.Gauge({ ...base, ...more, name: 'g', multiprocessMode: 'max' });
    const last = gauge.startTimer({ a: 'x' })();
    expect((await histogram.get()).values.find(({ metricName }) => metricName === 'm_sum')).toMatchObject({
      labels: { a: 'x', b: 'y' },
      value: seconds,
    });
    expect((await gauge.get()).values).toEqual([{ labels: { a: 'x' }, value: last }]);
  });
});

test('metrics register in the global registry of prom-client by default', () => {
  const counter = new promshard.Counter({ name: 'globally_registered', help: 'h' });
  expect(promClient.register.getSingleMetric('globally_registered')).toBe(counter);
  promClient.register.removeSingleMetric('globally_registered');
});

test('label names are checked by the type checker', () => {
  const counter = new promshard.Counter({ ...base, labelNames: ['a', 'b'], registers: [] });
  counter.inc({ a: 'x' });
  // @ts-expect-error -- c was not declared
  expect(() => counter.inc({ c: 'x' })).toThrow('Added label "c"');
  // @ts-expect-error -- a gauge must say how processes combine
  expect(() => new promshard.Gauge({ ...base, registers: [] })).toThrow('Gauge m does not say how');
  const typed: promshard.Counter<'method' | 'code'> = new promshard.Counter({
    ...base,
    labelNames: ['method', 'code'],
    registers: [],
  });
  typed.labels({ method: 'GET' }).inc();
});
