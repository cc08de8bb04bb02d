import { GAUGE_MODES } from '@promshard/shard-format';
import { describe, expect, test } from 'vitest';
import { createAggregator } from '../src/index.js';
import { depth, jobs, linesOf, makeDirectory, problemsOf, wait } from './shard-directory.js';

describe('values of several writers', () => {
  test('counters are added up by label set', async () => {
    const directory = makeDirectory();
    directory.write('counter_1.db', [jobs(1), jobs(2, { kind: 'zip' })]);
    directory.write('counter_2-0123456789abcdef.db', [jobs(4, { kind: 'zip' }), jobs(8, { kind: 'hash' })]);
    const snapshot = await createAggregator(directory).collect();
    expect(snapshot.families).toEqual([
      {
        name: 'jobs',
        type: 'counter',
        help: 'Jobs done.',
        samples: [
          { name: 'jobs_total', labels: [], value: 1 },
          { name: 'jobs_total', labels: [['kind', 'hash']], value: 8 },
          { name: 'jobs_total', labels: [['kind', 'zip']], value: 6 },
        ],
      },
    ]);
    expect(snapshot.problems).toEqual([]);
  });

  test('fractions have one sum, in whatever order and however far folded their writers are', async () => {
    const values = [0.1, 0.2, 0.3, 0.7, 1e16, 0.1];
    const totals = new Set<string>();
    for (let first = 0; first < values.length; first++) {
      const directory = makeDirectory();
      values.forEach((value, i) => {
        const name = `counter_${(i + first) % values.length}.db`;
        directory.write(name, [jobs(value)]);
      });
      totals.add(linesOf(await createAggregator(directory).collect()).join());
    }
    expect([...totals]).toEqual(['jobs_total{} 10000000000000002']);
  });

  test('sums past an infinity are what floats give', async () => {
    const directory = makeDirectory();
    const sum = (kind: string, value: number) => ({
      key: { family: 'size', sample: 'size_sum', labels: { kind }, help: '' },
      value,
    });
    directory.write('summary_1.db', [sum('a', Infinity), sum('b', Infinity), sum('c', 1.7e308)]);
    directory.write('summary_2.db', [sum('a', 1), sum('b', -Infinity), sum('c', 1.7e308)]);
    directory.write('summary_3.db', [sum('a', 1), sum('b', 1), sum('c', -1)]);
    expect(linesOf(await createAggregator(directory).collect())).toEqual([
      'size_sum{kind="a"} Infinity',
      'size_sum{kind="b"} NaN',
      'size_sum{kind="c"} Infinity',
    ]);
  });

  test('summaries are added up, count and sum', async () => {
    const directory = makeDirectory();
    const size = (suffix: string, value: number) => ({
      key: { family: 'size', sample: `size_${suffix}`, labels: { kind: 'zip' }, help: '' },
      value,
    });
    directory.write('summary_1.db', [size('count', 1), size('sum', 10)]);
    directory.write('summary_2.db', [size('count', 2), size('sum', 30.5)]);
    expect(linesOf(await createAggregator(directory).collect())).toEqual([
      'size_count{kind="zip"} 3',
      'size_sum{kind="zip"} 40.5',
    ]);
  });

  test('histogram buckets are added up by bound, then accumulated, and count is the last of them', async () => {
    const directory = makeDirectory();
    directory.write('histogram_1.db', wait({ '10.0': 3, '1.0': 2, '+Inf': 1 }, 40, { kind: 'zip' }));
    directory.write('histogram_2.db', wait({ '1': 4, '1e+01': 1, '+Inf': 0 }, 5, { kind: 'zip' }));
    const snapshot = await createAggregator(directory).collect();
    expect(linesOf(snapshot)).toEqual([
      'wait_bucket{kind="zip",le="1.0"} 6',
      'wait_bucket{kind="zip",le="10.0"} 10',
      'wait_bucket{kind="zip",le="+Inf"} 11',
      'wait_sum{kind="zip"} 45',
      'wait_count{kind="zip"} 11',
    ]);
    expect(snapshot.problems).toEqual([]);
  });

  test('a histogram without +Inf gets one, and a _count that was written is passed over', async () => {
    const directory = makeDirectory();
    const count = { key: { family: 'wait', sample: 'wait_count', labels: {}, help: 'Waiting.' }, value: 99 };
    directory.write('histogram_1.db', [...wait({ '1.0': 2 }, 1.5), count]);
    const snapshot = await createAggregator(directory).collect();
    expect(linesOf(snapshot)).toEqual([
      'wait_bucket{le="1.0"} 2',
      'wait_bucket{le="+Inf"} 2',
      'wait_sum{} 1.5',
      'wait_count{} 2',
    ]);
    expect(snapshot.problems).toEqual([]);
  });

  test('each gauge mode combines in its own way', async () => {
    const results: Record<string, string[]> = {};
    for (const mode of GAUGE_MODES) {
      const directory = makeDirectory();
      directory.write(`gauge_${mode}_1.db`, [depth(3, {}, 20)]);
      directory.write(`gauge_${mode}_2.db`, [depth(-5, {}, 30)]);
      directory.write(`gauge_${mode}_3.db`, [depth(11, {}, 10)]);
      results[mode] = linesOf(await createAggregator(directory).collect());
    }
    const perWriter = ['depth{pid="1"} 3', 'depth{pid="2"} -5', 'depth{pid="3"} 11'];
    expect(results).toEqual({
      all: perWriter,
      liveall: perWriter,
      min: ['depth{} -5'],
      livemin: ['depth{} -5'],
      max: ['depth{} 11'],
      livemax: ['depth{} 11'],
      sum: ['depth{} 9'],
      livesum: ['depth{} 9'],
      mostrecent: ['depth{} -5'],
      livemostrecent: ['depth{} -5'],
      avg: ['depth{} 3'],
      liveavg: ['depth{} 3'],
    });
  });

  test('of equal timestamps the first shard has the most recent value, and without a timestamp there is none', async () => {
    const directory = makeDirectory();
    directory.write('gauge_mostrecent_1.db', [depth(1, { queue: 'a' }, 5), depth(2, { queue: 'b' }, 0)]);
    directory.write('gauge_mostrecent_2.db', [
      depth(3, { queue: 'a' }, 5),
      depth(4, { queue: 'b' }, Number.NaN),
    ]);
    expect(linesOf(await createAggregator(directory).collect())).toEqual(['depth{queue="a"} 1']);
  });

  test('a removed entry counts nowhere', async () => {
    const directory = makeDirectory();
    directory.write('counter_1.db', [jobs(1, {}, -1), jobs(2, { kind: 'zip' })]);
    directory.write('gauge_min_1.db', [depth(-9, {}, -1)]);
    directory.write('gauge_min_2.db', [depth(4)]);
    expect(linesOf(await createAggregator(directory).collect())).toEqual([
      'depth{} 4',
      'jobs_total{kind="zip"} 2',
    ]);
  });

  test.each(['min', 'max', 'livemin', 'livemax'])(
    '%s passes over NaN in whatever order the shards come, unless there is nothing else',
    async (mode) => {
      const directory = makeDirectory();
      directory.write(`gauge_${mode}_1.db`, [
        depth(Number.NaN, { queue: 'a' }),
        depth(1, { queue: 'b' }),
        depth(Number.NaN, { queue: 'c' }),
      ]);
      directory.write(`gauge_${mode}_2.db`, [
        depth(2, { queue: 'a' }),
        depth(Number.NaN, { queue: 'b' }),
        depth(Number.NaN, { queue: 'c' }),
      ]);
      expect(linesOf(await createAggregator(directory).collect())).toEqual([
        'depth{queue="a"} 2',
        'depth{queue="b"} 1',
        'depth{queue="c"} NaN',
      ]);
    },
  );

  test('NaN and the infinities pass', async () => {
    const directory = makeDirectory();
    directory.write('counter_1.db', [jobs(Number.NaN), jobs(Infinity, { kind: 'a' })]);
    directory.write('gauge_sum_1.db', [depth(-Infinity)]);
    expect(linesOf(await createAggregator(directory).collect())).toEqual([
      'depth{} -Infinity',
      'jobs_total{} NaN',
      'jobs_total{kind="a"} Infinity',
    ]);
  });
});

describe('the pid label', () => {
  test('is the instance name of the owner record where there is one', async () => {
    const directory = makeDirectory();
    directory.write('gauge_all_7-0123456789abcdef.db', [depth(1, { queue: 'a' })]);
    directory.write('gauge_all_8-0123456789abcdef.db', [depth(2, { zone: 'z' })]);
    directory.writeOwner('7-0123456789abcdef', 'worker-1');
    const snapshot = await createAggregator(directory).collect();
    expect(linesOf(snapshot)).toEqual([
      'depth{pid="8-0123456789abcdef",zone="z"} 2',
      'depth{pid="worker-1",queue="a"} 1',
    ]);
  });

  test('follows an owner record that appears later', async () => {
    const directory = makeDirectory();
    directory.write('gauge_liveall_7.db', [depth(1)]);
    const aggregator = createAggregator(directory);
    expect(linesOf(await aggregator.collect())).toEqual(['depth{pid="7"} 1']);
    directory.writeOwner('7', 'worker-1');
    expect(linesOf(await aggregator.collect())).toEqual(['depth{pid="worker-1"} 1']);
  });

  test('goes to the youngest of writers with one instance name', async () => {
    const directory = makeDirectory();
    for (const [id, age] of [
      ['7', 10],
      ['8', 30],
      ['9', 20],
    ] as const) {
      directory.write(`gauge_all_${id}.db`, [depth(Number(id))]);
      directory.writeOwner(id, 'worker', age);
    }
    const snapshot = await createAggregator(directory).collect();
    expect(linesOf(snapshot)).toEqual(['depth{pid="7"} 7', 'depth{pid="9"} 9', 'depth{pid="worker"} 8']);
    expect(problemsOf(snapshot)).toEqual(['instance-conflict 8.owner', 'instance-conflict 9.owner']);
  });

  test('takes the place of a pid label of the metric itself', async () => {
    const directory = makeDirectory();
    directory.write('gauge_all_7.db', [depth(1, { pid: '1' }), depth(2, { pid: '2' })]);
    expect(linesOf(await createAggregator(directory).collect())).toEqual(['depth{pid="7"} 2']);
  });
});

describe('writers that disagree', () => {
  test('on the type: a counter goes before a gauge, and the gauge is reported', async () => {
    const directory = makeDirectory();
    directory.write('counter_9.db', [
      { ...jobs(1), key: { ...jobs(1).key, family: 'depth', sample: 'depth_total' } },
    ]);
    directory.write('gauge_max_1.db', [depth(2)]);
    const snapshot = await createAggregator(directory).collect();
    expect(linesOf(snapshot)).toEqual(['depth_total{} 1']);
    expect(problemsOf(snapshot)).toEqual(['type-conflict gauge_max_1.db']);
  });

  test('on the gauge mode: the first by name is served', async () => {
    const directory = makeDirectory();
    directory.write('gauge_max_1.db', [depth(2)]);
    directory.write('gauge_min_1.db', [depth(1)]);
    const snapshot = await createAggregator(directory).collect();
    expect(linesOf(snapshot)).toEqual(['depth{} 2']);
    expect(problemsOf(snapshot)).toEqual(['mode-conflict gauge_min_1.db']);
  });

  test('on who has a sample name: a gauge jobs_total gives way to the counter jobs', async () => {
    const directory = makeDirectory();
    directory.write('counter_1.db', [jobs(1)]);
    directory.write('gauge_max_1.db', [
      { key: { family: 'jobs_total', sample: 'jobs_total', labels: {}, help: '' }, value: 7 },
    ]);
    const snapshot = await createAggregator(directory).collect();
    expect(linesOf(snapshot)).toEqual(['jobs_total{} 1']);
    expect(problemsOf(snapshot)).toEqual(['name-conflict gauge_max_1.db']);
  });

  test('on the help text: that of the first shard by name is served', async () => {
    const directory = makeDirectory();
    const other = { ...jobs(1), key: { ...jobs(1).key, help: 'Other.' } };
    directory.write('counter_2.db', [other]);
    const aggregator = createAggregator(directory);
    expect((await aggregator.collect()).families[0]?.help).toBe('Other.');
    directory.write('counter_1.db', [jobs(2)]);
    directory.write('counter_3.db', [other]);
    const snapshot = await aggregator.collect();
    expect(snapshot.families[0]?.help).toBe('Jobs done.');
    expect(linesOf(snapshot)).toEqual(['jobs_total{} 4']);
    expect(problemsOf(snapshot)).toEqual(['help-conflict counter_2.db']);
  });

  test('on buckets: all bounds are served', async () => {
    const directory = makeDirectory();
    directory.write('histogram_1.db', wait({ '1.0': 1, '+Inf': 1 }, 1));
    directory.write('histogram_2.db', wait({ '2.0': 1, '+Inf': 1 }, 1));
    const snapshot = await createAggregator(directory).collect();
    expect(linesOf(snapshot).slice(0, 3)).toEqual([
      'wait_bucket{le="1.0"} 1',
      'wait_bucket{le="2.0"} 2',
      'wait_bucket{le="+Inf"} 4',
    ]);
    expect(problemsOf(snapshot)).toEqual(['bucket-conflict histogram_2.db']);
  });
});

describe('names and labels that must not go out', () => {
  test('are left out one by one, and never shown', async () => {
    const directory = makeDirectory();
    const named = (family: string, labels = {}) => ({
      key: { family, sample: `${family}_total`, labels, help: '' },
      value: 1,
    });
    directory.write('counter_1.db', [
      jobs(1),
      named('evil{} 1\n# TYPE x counter\nx'),
      named('a', { 'x="1"} 9\ny{z': '1' }),
      named('b', { __name__: 'up' }),
      { key: { family: 'c', sample: 'other_total', labels: {}, help: '' }, value: 1 },
    ]);
    directory.write('histogram_1.db', wait({ many: 1 }, 1));
    const snapshot = await createAggregator(directory).collect();
    expect(linesOf(snapshot)).toEqual([
      'jobs_total{} 1',
      'wait_bucket{le="+Inf"} 0',
      'wait_sum{} 1',
      'wait_count{} 0',
    ]);
    expect(snapshot.problems.map(({ code }) => code)).toEqual([
      'bad-name',
      'bad-name',
      'bad-name',
      'bad-sample',
      'bad-bound',
    ]);
    expect(JSON.stringify(snapshot.problems)).not.toMatch(/evil|TYPE|__name__|many/);
  });

  test('are not those of UTF-8, which stay apart whatever they hold', async () => {
    const directory = makeDirectory();
    const named = (family: string, labels: Record<string, string>, value: number) => ({
      key: { family, sample: `${family}_total`, labels, help: '' },
      value,
    });
    directory.write('counter_1.db', [
      named('http.jobs', { 'task.name': 'x' }, 1),
      named('métrique', {}, 2),
      named('odd', { 'a="x",b': 'y' }, 3),
      named('odd', { a: 'x', b: 'y' }, 4),
    ]);
    const snapshot = await createAggregator(directory).collect();
    expect(snapshot.problems).toEqual([]);
    expect(linesOf(snapshot).toSorted()).toEqual([
      'http.jobs_total{task.name="x"} 1',
      'métrique_total{} 2',
      'odd_total{a="x",b="y"} 3',
      'odd_total{a="x",b="y"} 4',
    ]);
  });

  test('a label policy drops forbidden names and replaces forbidden values', async () => {
    const directory = makeDirectory();
    directory.write('counter_1.db', [
      jobs(1, { kind: 'a@example.com' }),
      jobs(2, { kind: 'b@example.com' }),
      jobs(4, { kind: 'zip' }),
      jobs(8, { tenant: 'zip' }),
    ]);
    directory.write('histogram_1.db', wait({ '1.0': 1, '+Inf': 0 }, 1));
    const labelPolicy = {
      checkName: (name: string) =>
        ['tenant', 'le'].includes(name) ? { reason: 'forbidden-name' } : undefined,
      checkValue: (_: string, value: string) => (value.includes('@') ? { reason: 'email' } : undefined),
    };
    const snapshot = await createAggregator({ ...directory, labelPolicy }).collect();
    expect(linesOf(snapshot)).toEqual([
      'jobs_total{} 8',
      'jobs_total{kind="__other__"} 3',
      'jobs_total{kind="zip"} 4',
      'wait_bucket{le="1.0"} 1',
      'wait_bucket{le="+Inf"} 1',
      'wait_sum{} 1',
      'wait_count{} 1',
    ]);
    expect(snapshot.problems.map(({ code }) => code)).toEqual(['forbidden-label']);
    expect(JSON.stringify(snapshot.problems)).not.toContain('tenant');
  });

  test('labels that Prometheus takes as equal are one series', async () => {
    const directory = makeDirectory();
    directory.write('counter_1.db', [
      jobs(1, { kind: '\uD800' }),
      jobs(2, { kind: '\uD801' }),
      jobs(4),
      jobs(8, { kind: '' }),
    ]);
    expect(linesOf(await createAggregator(directory).collect())).toEqual([
      'jobs_total{} 12',
      'jobs_total{kind="\uFFFD"} 3',
    ]);
  });
});
