import { rmSync } from 'node:fs';
import { encodeShard } from '@promshard/shard-format';
import { describe, expect, test } from 'vitest';
import { createAggregator } from '../src/index.js';
import { depth, jobs, linesOf, makeDirectory, problemsOf, wait } from './shard-directory.js';

describe('more shards than maxFiles', () => {
  test('keep the places that they have, whatever comes before them by name', async () => {
    const directory = makeDirectory();
    const aggregator = createAggregator({ ...directory, budgets: { maxFiles: 2 } });
    directory.write('counter_5.db', [jobs(5)]);
    directory.write('counter_6.db', [jobs(6)]);
    await aggregator.collect();
    directory.write('counter_1.db', [jobs(100)]);
    directory.write('counter_7.db', [jobs(700)]);
    for (let scrape = 0; scrape < 3; scrape++) {
      const snapshot = await aggregator.collect();
      expect(linesOf(snapshot)).toEqual(['jobs_total{} 11']);
      expect(problemsOf(snapshot)).toEqual(['too-many-files counter_1.db']);
      expect(snapshot.stats.shards).toMatchObject({ good: 2, skipped: 2 });
    }
    rmSync(directory.path('counter_5.db'));
    // A free place goes to the first by name.
    expect(linesOf(await aggregator.collect())).toEqual(['jobs_total{} 106']);
  });

  test('leave the first places to folded ones', async () => {
    const directory = makeDirectory();
    const aggregator = createAggregator({ ...directory, budgets: { maxFiles: 2 } });
    directory.write('counter_1.db', [jobs(1)]);
    directory.write('counter_2.db', [jobs(2)]);
    directory.write('counter_3.db', [jobs(4)]);
    expect(linesOf(await aggregator.collect())).toEqual(['jobs_total{} 3']);
    directory.write('counter_folded-1.db', [jobs(2)]);
    directory.writePointer({ generation: 1, files: ['counter_folded-1.db'], superseded: ['counter_2.db'] });
    expect(linesOf(await aggregator.collect())).toEqual(['jobs_total{} 3']);
    // Also in a process that has not seen them before.
    expect(linesOf(await createAggregator({ ...directory, budgets: { maxFiles: 1 } }).collect())).toEqual([
      'jobs_total{} 2',
    ]);
  });
});

describe('more bytes than maxBytes', () => {
  const { byteLength } = encodeShard([jobs(1)]);

  test('leave out the last shards by name, and folded ones last of all', async () => {
    const directory = makeDirectory();
    directory.write('counter_1.db', [jobs(1)]);
    directory.write('counter_2.db', [jobs(2)]);
    directory.write('counter_folded-1.db', [jobs(4)]);
    directory.writePointer({ generation: 1, files: ['counter_folded-1.db'], superseded: [] });
    const aggregator = createAggregator({ ...directory, budgets: { maxBytes: 2 * byteLength } });
    for (let scrape = 0; scrape < 3; scrape++) {
      const snapshot = await aggregator.collect();
      expect(linesOf(snapshot)).toEqual(['jobs_total{} 5']);
      expect(problemsOf(snapshot)).toEqual(['too-many-bytes counter_2.db']);
      expect(snapshot.stats.shards).toMatchObject({ good: 2, skipped: 1 });
    }
  });

  test('let a shard that grew past them keep what it had, with its newest values', async () => {
    const directory = makeDirectory();
    directory.write('counter_1.db', [jobs(1)]);
    directory.write('counter_2.db', [jobs(2)]);
    const aggregator = createAggregator({ ...directory, budgets: { maxBytes: 2 * byteLength } });
    expect(linesOf(await aggregator.collect())).toEqual(['jobs_total{} 3']);
    directory.write('counter_1.db', [jobs(10), jobs(10, { kind: 'zip' })]);
    for (let scrape = 0; scrape < 2; scrape++) {
      const snapshot = await aggregator.collect();
      expect(linesOf(snapshot)).toEqual(['jobs_total{} 12']);
      expect(problemsOf(snapshot)).toEqual(['too-many-bytes counter_1.db']);
    }
  });
});

describe('more series than maxSeries', () => {
  test('are counted together in their family, where values add up', async () => {
    const directory = makeDirectory();
    const aggregator = createAggregator({ ...directory, budgets: { maxSeries: 3 } });
    const kinds = (count: number) => Array.from({ length: count }, (_, i) => jobs(1, { kind: `k${i}` }));
    directory.write('counter_1.db', kinds(2));
    await aggregator.collect();
    directory.write('counter_0.db', [jobs(1, { kind: 'new' }), ...kinds(6).toReversed()]);
    for (let scrape = 0; scrape < 2; scrape++) {
      const snapshot = await aggregator.collect();
      expect(linesOf(snapshot)).toEqual([
        'jobs_total{kind="__overflow__"} 4',
        'jobs_total{kind="k0"} 2',
        'jobs_total{kind="k1"} 2',
        'jobs_total{kind="new"} 1',
      ]);
      expect(problemsOf(snapshot)).toEqual(['too-many-series ']);
    }
  });

  test('are left out where values do not add up, and where their family is new', async () => {
    const directory = makeDirectory();
    directory.write('counter_1.db', [jobs(1)]);
    directory.write('gauge_max_1.db', [depth(1), depth(2, { kind: 'zip' })]);
    directory.write('histogram_1.db', wait({ '1.0': 1, '+Inf': 0 }, 1));
    const snapshot = await createAggregator({ ...directory, budgets: { maxSeries: 2 } }).collect();
    expect(linesOf(snapshot)).toEqual(['depth{} 1', 'jobs_total{} 1']);
    expect(problemsOf(snapshot)).toEqual(['too-many-series ']);
  });

  test('of a histogram are all its buckets', async () => {
    const directory = makeDirectory();
    directory.write('histogram_1.db', [
      ...wait({ '1.0': 1, '+Inf': 2 }, 1, { kind: 'a' }),
      ...wait({ '1.0': 4, '+Inf': 8 }, 1, { kind: 'b' }),
    ]);
    const snapshot = await createAggregator({ ...directory, budgets: { maxSeries: 3 } }).collect();
    expect(linesOf(snapshot)).toEqual([
      'wait_bucket{kind="__overflow__",le="1.0"} 4',
      'wait_bucket{kind="__overflow__",le="+Inf"} 12',
      'wait_sum{kind="__overflow__"} 1',
      'wait_count{kind="__overflow__"} 12',
      'wait_bucket{kind="a",le="1.0"} 1',
      'wait_bucket{kind="a",le="+Inf"} 3',
      'wait_sum{kind="a"} 1',
      'wait_count{kind="a"} 3',
    ]);
  });

  test('keep their room when so many others went that everything is learned anew', async () => {
    const directory = makeDirectory();
    const aggregator = createAggregator({ ...directory, budgets: { maxSeries: 5002 } });
    const many = (prefix: string) =>
      Array.from({ length: 5000 }, (_, i) => jobs(1, { kind: `${prefix}${i}` }));
    directory.write('counter_9.db', [jobs(9, { kind: 'first' })]);
    await aggregator.collect();
    directory.write('counter_5.db', many('a'));
    await aggregator.collect();
    directory.write('counter_1.db', [jobs(1, { kind: 'second' }), jobs(1, { kind: 'third' })]);
    const before = await aggregator.collect();
    expect(problemsOf(before)).toEqual(['too-many-series ']);
    rmSync(directory.path('counter_5.db'));
    directory.write('counter_0.db', many('b'));
    await aggregator.collect();
    const after = await aggregator.collect();
    expect(linesOf(after)).toContain('jobs_total{kind="first"} 9');
    expect(linesOf(after)).toContain('jobs_total{kind="second"} 1');
  });
});

test('budgets that cannot be are refused at once', () => {
  expect(() => createAggregator({ dir: '/tmp', budgets: { maxFiles: 0 } })).toThrow(/budgets.maxFiles/);
  expect(() => createAggregator({ dir: '/tmp', maxOpenFiles: -1 })).toThrow(/maxOpenFiles/);
});
