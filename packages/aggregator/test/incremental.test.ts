import { renameSync, rmSync, truncateSync } from 'node:fs';
import { encodeShard } from '@promshard/shard-format';
import { describe, expect, test } from 'vitest';
import { createAggregator } from '../src/index.js';
import { depth, jobs, linesOf, makeDirectory, problemsOf, wait, WAYS } from './shard-directory.js';

describe.each(WAYS)('%s,', (_way, native) => {
  test('a second snapshot learns nothing, and shares labels and unchanged samples with the first', async () => {
    const directory = makeDirectory();
    directory.write('counter_1.db', [jobs(1), jobs(2, { kind: 'zip' })]);
    directory.write('histogram_1.db', wait({ '1.0': 1, '+Inf': 0 }, 1));
    const aggregator = createAggregator({ ...directory, native });
    const first = await aggregator.collect();
    directory.write('counter_1.db', [jobs(1), jobs(3, { kind: 'zip' })]);
    const second = await aggregator.collect();
    expect([first.stats.entriesLearned, second.stats.entriesLearned]).toEqual([5, 0]);
    const samples = first.families.flatMap((family) => family.samples);
    const again = second.families.flatMap((family) => family.samples);
    expect(again.map((sample, i) => sample === samples[i])).toEqual([true, false, true, true, true, true]);
    expect(again.every(({ labels }, i) => labels === samples[i]?.labels)).toBe(true);
    expect(samples[1]?.value).toBe(2);
    expect(again[1]?.value).toBe(3);
  });

  test('a series that changed once keeps its sample when others come', async () => {
    const directory = makeDirectory();
    const aggregator = createAggregator({ ...directory, native });
    const sampleOf = async (kind: string): Promise<unknown> => {
      const samples = (await aggregator.collect()).families[0]?.samples ?? [];
      return samples.find(({ labels: [label] }) => label?.[1] === kind);
    };
    directory.write('counter_1.db', [jobs(1, { kind: 'm' })]);
    await sampleOf('m');
    directory.write('counter_1.db', [jobs(2, { kind: 'm' })]);
    const second = await sampleOf('m');
    expect(second).toMatchObject({ value: 2 });
    directory.write('counter_2.db', [jobs(1, { kind: 'a' }), jobs(1, { kind: 'z' })]);
    expect(await sampleOf('m')).toBe(second);
    directory.write('counter_2.db', [jobs(2, { kind: 'a' }), jobs(1, { kind: 'z' }), jobs(1, { kind: 'b' })]);
    expect(await sampleOf('m')).toBe(second);
    aggregator.close();
  });

  test('a grown file is learned from where it ended', async () => {
    const directory = makeDirectory();
    const aggregator = createAggregator({ ...directory, native });
    const entries = Array.from({ length: 300 }, (_, i) => jobs(1, { kind: `${i}` }));
    for (const count of [1, 2, 299, 300]) {
      directory.write('counter_1.db', entries.slice(0, count));
      const { stats } = await aggregator.collect();
      expect(stats.samples).toBe(count);
    }
    expect((await aggregator.collect()).stats).toMatchObject({ entries: 300, entriesLearned: 0 });
  });

  test('a file that took the place of another is learned anew', async () => {
    const directory = makeDirectory();
    directory.write('counter_1.db', [jobs(1, { kind: 'a' }), jobs(2, { kind: 'b' })]);
    const aggregator = createAggregator({ ...directory, native });
    await aggregator.collect();
    directory.write('next', [jobs(1, { kind: 'b' }), jobs(2, { kind: 'a' })]);
    renameSync(directory.path('next'), directory.path('counter_1.db'));
    expect(linesOf(await aggregator.collect())).toEqual(['jobs_total{kind="a"} 2', 'jobs_total{kind="b"} 1']);
  });

  test('a file that was written anew in its place, as long as it was, is learned anew', async () => {
    const directory = makeDirectory();
    const entries = (prefix: string) =>
      Array.from({ length: 300 }, (_, i) => jobs(i, { kind: `${prefix}${i}` }));
    directory.write('counter_1.db', entries('a'));
    const aggregator = createAggregator({ ...directory, native });
    await aggregator.collect();
    directory.write('counter_1.db', entries('b'));
    const snapshot = await aggregator.collect();
    expect(linesOf(snapshot)[0]).toBe('jobs_total{kind="b0"} 0');
    expect(snapshot.stats).toMatchObject({ samples: 300, entriesLearned: 300 });
  });

  test('one key that was written over is found within as many snapshots as keys are looked at in turn', async () => {
    const directory = makeDirectory();
    const entries = Array.from({ length: 600 }, (_, i) => jobs(i, { kind: `a${i}` }));
    directory.write('counter_1.db', entries);
    const aggregator = createAggregator({ ...directory, native });
    await aggregator.collect();
    entries[300] = jobs(1, { kind: 'b300' });
    directory.write('counter_1.db', entries);
    const found = [];
    for (let scrape = 0; scrape < 256; scrape++) {
      found.push(linesOf(await aggregator.collect()).includes('jobs_total{kind="b300"} 1'));
    }
    expect(found.at(-1)).toBe(true);
  });

  test('a large file is read in pieces, from which nothing is lost at their borders', async () => {
    const directory = makeDirectory();
    const entries = Array.from({ length: 9000 }, (_, i) => jobs(i, { kind: 'k'.repeat(i % 97) + i }));
    directory.write('counter_1.db', entries);
    directory.write('counter_2.db', [jobs(1, { kind: 'x'.repeat(700_000) }), ...entries]);
    const aggregator = createAggregator({ ...directory, native });
    const cold = await aggregator.collect();
    expect(cold.stats.bytesRead).toBeGreaterThan(2_000_000);
    const warm = await aggregator.collect();
    expect(warm.families).toEqual(cold.families);
    expect(warm.stats.entriesLearned).toBe(0);
    const changed = entries.map((entry) => ({ ...entry, value: entry.value + 1 }));
    directory.write('counter_1.db', changed);
    const last = await aggregator.collect();
    expect(last.stats.entriesLearned).toBe(0);
    expect(last.families).toEqual((await createAggregator({ ...directory, native }).collect()).families);
    // Keys behind the first piece that are others are seen when some were added up already.
    directory.write('counter_1.db', [
      ...changed.slice(0, 8000),
      ...changed.slice(8000).map((entry) => ({
        ...entry,
        key: { ...entry.key, labels: { kond: entry.key.labels['kind'] ?? '' } },
      })),
    ]);
    const anew = await aggregator.collect();
    expect(anew.families).toEqual((await createAggregator({ ...directory, native }).collect()).families);
    // Through a mapping, keys are looked at before anything is added.
    expect(anew.stats.attempts).toBe(warm.stats.shardsMapped === 2 ? 1 : 2);
  });

  test('a file that became shorter is learned anew', async () => {
    const directory = makeDirectory();
    directory.write('counter_1.db', [jobs(1, { kind: 'a' }), jobs(2, { kind: 'b' })]);
    const aggregator = createAggregator({ ...directory, native });
    await aggregator.collect();
    const { byteLength } = encodeShard([jobs(1, { kind: 'a' })]);
    truncateSync(directory.path('counter_1.db'), byteLength);
    const snapshot = await aggregator.collect();
    expect(linesOf(snapshot)).toEqual(['jobs_total{kind="a"} 1']);
    expect(problemsOf(snapshot)).toEqual([`truncated counter_1.db @${byteLength}`]);
  });

  test('the series and families of a vanished file go with it', async () => {
    const directory = makeDirectory();
    directory.write('counter_1.db', [jobs(1), jobs(5, { kind: 'zip' })]);
    directory.write('counter_2.db', [jobs(2)]);
    directory.write('gauge_all_1.db', [depth(1)]);
    const aggregator = createAggregator({ ...directory, native });
    await aggregator.collect();
    rmSync(directory.path('counter_1.db'));
    rmSync(directory.path('gauge_all_1.db'));
    expect(linesOf(await aggregator.collect())).toEqual(['jobs_total{} 2']);
  });

  test('sums stay right while thousands of entries come and go', async () => {
    const directory = makeDirectory();
    const aggregator = createAggregator({ ...directory, native });
    directory.write('counter_live.db', [jobs(1, { kind: 'live' })]);
    for (let generation = 0; generation < 6; generation++) {
      const name = `counter_${generation}.db`;
      directory.write(
        name,
        Array.from({ length: 3000 }, (_, i) => jobs(1, { kind: `${generation}-${i}` })),
      );
      expect((await aggregator.collect()).stats.samples).toBe(3001);
      rmSync(directory.path(name));
    }
    expect(linesOf(await aggregator.collect())).toEqual(['jobs_total{kind="live"} 1']);
  });
});

test('callers who call again as soon as they are answered never read into each other', async () => {
  const directory = makeDirectory();
  for (let writer = 0; writer < 20; writer++) directory.write(`counter_${writer}.db`, [jobs(1)]);
  const aggregator = createAggregator({ ...directory, yieldAfterMs: 0 });
  const totals = new Set<number | undefined>();
  const caller = async (): Promise<void> => {
    for (let i = 0; i < 50; i++) totals.add((await aggregator.collect()).families[0]?.samples[0]?.value);
  };
  await Promise.all([caller(), caller(), caller()]);
  expect([...totals]).toEqual([20]);
});

test('overlapping calls share work, and a value from before a call is in its snapshot', async () => {
  const directory = makeDirectory();
  const aggregator = createAggregator(directory);
  directory.write('counter_1.db', [jobs(1)]);
  const first = aggregator.collect();
  directory.write('counter_1.db', [jobs(2)]);
  const second = aggregator.collect();
  const third = aggregator.collect();
  expect(third).toBe(second);
  await first;
  expect(linesOf(await third)).toEqual(['jobs_total{} 2']);
});

test('a call at the very moment at which a snapshot is done shares the one that waited for it', async () => {
  const directory = makeDirectory();
  for (let i = 0; i < 50; i++) directory.write(`counter_${100 + i}.db`, [jobs(1)]);
  // After each shard, the event loop goes around: two snapshots at once would add to each other's values.
  const aggregator = createAggregator({ ...directory, yieldAfterMs: 0 });
  const first = aggregator.collect();
  const atOnce = first.then(() => aggregator.collect());
  const second = aggregator.collect();
  expect(linesOf(await first)).toEqual(['jobs_total{} 50']);
  expect(linesOf(await atOnce)).toEqual(['jobs_total{} 50']);
  expect(linesOf(await second)).toEqual(['jobs_total{} 50']);
  expect(await atOnce).toBe(await second);
});

test('an empty directory has no families and no problems', async () => {
  const snapshot = await createAggregator(makeDirectory()).collect();
  expect(snapshot).toMatchObject({ families: [], problems: [] });
});

test('options that cannot be are refused at once', () => {
  expect(() => createAggregator({ dir: 'relative' })).toThrow(/dir must be an absolute path/);
  expect(() => createAggregator({ dir: '/tmp', maxAttempts: 0 })).toThrow(/maxAttempts must be at least 1/);
  expect(() => createAggregator({ dir: '/tmp', maxShardBytes: Number.NaN })).toThrow(/maxShardBytes/);
});
