import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { linkSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { createAggregator } from '../src/index.js';
import { depth, jobs, linesOf, makeDirectory, pointerText, problemsOf } from './shard-directory.js';

const FOLD_ONE_BY_ONE = fileURLToPath(new URL('fixtures/fold-one-by-one.mjs', import.meta.url));

test('every snapshot sees each value once while another process folds', { timeout: 60_000 }, async () => {
  const directory = makeDirectory();
  const dead = 300;
  for (let i = 0; i < dead; i++) directory.write(`counter_dead-${i}.db`, [jobs(1)]);
  const folder = spawn(process.execPath, [FOLD_ONE_BY_ONE, directory.dir, `${dead}`], { stdio: 'inherit' });
  const exit = once(folder, 'exit');
  const aggregator = createAggregator(directory);
  const totals = new Set<string>();
  const codes = new Set<string>();
  while (folder.exitCode === null) {
    const snapshot = await aggregator.collect();
    // Under a storm of folds a snapshot may fall back to the one before, which the very first cannot.
    if (totals.size > 0 || snapshot.families.length > 0) totals.add(linesOf(snapshot).join());
    for (const { code } of snapshot.problems) codes.add(code);
  }
  await exit;
  const last = await aggregator.collect();
  expect(linesOf(last)).toEqual([`jobs_total{} ${dead}`]);
  expect(last.problems).toEqual([]);
  expect(last.stats.shards).toEqual({ good: 1, damaged: 0, superseded: 0, skipped: 0 });
  expect([...totals]).toEqual([`jobs_total{} ${dead}`]);
  codes.delete('unsettled');
  expect([...codes]).toEqual([]);
});

test('a file with two names is one shard, under whichever name it is still found', async () => {
  const directory = makeDirectory();
  const [one, other] = ['counter_1.db', 'counter_1~aside-0123456789abcdef.db'];
  directory.write(one, [jobs(3)]);
  directory.write('counter_2.db', [jobs(10)]);
  const aggregator = createAggregator(directory);
  linkSync(join(directory.dir, one), join(directory.dir, other));
  expect(linesOf(await aggregator.collect())).toEqual(['jobs_total{} 13']);
  rmSync(join(directory.dir, one));
  expect(linesOf(await aggregator.collect())).toEqual(['jobs_total{} 13']);
  // A name that comes again is a shard of its own.
  directory.write(one, [jobs(100)]);
  expect(linesOf(await aggregator.collect())).toEqual(['jobs_total{} 113']);
});

describe('a fold pointer that changes between its two readings', () => {
  // The first reading happens within the call, the second after the event loop went around.
  test('starts the reading over', async () => {
    const directory = makeDirectory();
    directory.write('counter_1.db', [jobs(1)]);
    directory.write('counter_folded-1.db', [jobs(1)]);
    const collected = createAggregator(directory).collect();
    directory.writePointer({ generation: 1, files: ['counter_folded-1.db'], superseded: ['counter_1.db'] });
    const snapshot = await collected;
    expect(linesOf(snapshot)).toEqual(['jobs_total{} 1']);
    expect(snapshot.stats).toMatchObject({ attempts: 2, shards: { good: 1, superseded: 1 } });
  });

  test('under every attempt leaves the families of the last snapshot, and says so', async () => {
    const directory = makeDirectory();
    directory.write('counter_1.db', [jobs(1)]);
    const aggregator = createAggregator({ ...directory, maxAttempts: 1 });
    const before = await aggregator.collect();
    directory.write('counter_1.db', [jobs(2)]);
    const collected = aggregator.collect();
    directory.writePointer({ generation: 1, files: [], superseded: ['counter_1.db'] });
    const snapshot = await collected;
    expect(snapshot.families).toBe(before.families);
    expect(problemsOf(snapshot)).toEqual(['unsettled ']);
  });
});

describe('the fold pointer', () => {
  test('says which folded shards count, and which others are in them', async () => {
    const directory = makeDirectory();
    directory.write('counter_1.db', [jobs(1)]);
    directory.write('counter_2.db', [jobs(2)]);
    directory.write('counter_folded-1.db', [jobs(4)]);
    directory.write('gauge_max_1.db', [depth(3)]);
    const aggregator = createAggregator(directory);
    expect(linesOf(await aggregator.collect())).toEqual(['depth{} 3', 'jobs_total{} 3']);
    directory.write('counter_folded-3.db', [jobs(16)]);
    directory.write('counter_folded-4.db', [jobs(8)]);
    directory.write('gauge_max_folded-4.db', [depth(5)]);
    const files = ['counter_folded-3.db', 'counter_folded-4.db', 'gauge_max_folded-4.db'];
    directory.writePointer({ generation: 4, files, superseded: ['counter_2.db', 'counter_folded-1.db'] });
    const snapshot = await aggregator.collect();
    expect(linesOf(snapshot)).toEqual(['depth{} 5', 'jobs_total{} 25']);
    expect(snapshot.problems).toEqual([]);
    expect(snapshot.stats.shards).toEqual({ good: 5, damaged: 0, superseded: 2, skipped: 0 });
  });

  test('that lists a shard which is not there is a problem', async () => {
    const directory = makeDirectory();
    directory.write('counter_1.db', [jobs(1)]);
    directory.writePointer({ generation: 2, files: ['counter_folded-2.db'], superseded: [] });
    const snapshot = await createAggregator(directory).collect();
    expect(linesOf(snapshot)).toEqual(['jobs_total{} 1']);
    expect(problemsOf(snapshot)).toEqual(['folded-shard-missing counter_folded-2.db']);
  });

  test('that was damaged or taken away still holds in a process that knew it', async () => {
    const directory = makeDirectory();
    directory.write('counter_1.db', [jobs(1)]);
    directory.write('counter_2.db', [jobs(2)]);
    directory.write('counter_folded-1.db', [jobs(2)]);
    directory.writePointer({ generation: 1, files: ['counter_folded-1.db'], superseded: ['counter_2.db'] });
    const aggregator = createAggregator(directory);
    expect(linesOf(await aggregator.collect())).toEqual(['jobs_total{} 3']);
    directory.writeBytes('folded.json', '{"formatVersion":1,"gener');
    const damaged = await aggregator.collect();
    rmSync(directory.path('folded.json'));
    const gone = await aggregator.collect();
    for (const snapshot of [damaged, gone]) {
      expect(linesOf(snapshot)).toEqual(['jobs_total{} 3']);
      expect(problemsOf(snapshot)).toEqual(['fold-pointer-damaged folded.json @0']);
    }
  });

  test.each(['damaged', 'gone'])(
    'that is %s is read from its spare copy, the latest there is',
    async (how) => {
      const directory = makeDirectory();
      directory.write('counter_1.db', [jobs(1)]);
      directory.write('counter_2.db', [jobs(2)]);
      directory.write('counter_folded-9.db', [jobs(4)]);
      directory.write('counter_folded-10.db', [jobs(2)]);
      const files = ['counter_folded-9.db'];
      directory.writeBytes('folded-9.json', pointerText({ generation: 9, files, superseded: [] }));
      const latest = {
        generation: 10,
        files: [...files, 'counter_folded-10.db'],
        superseded: ['counter_2.db'],
      };
      directory.writeBytes('folded-10.json', pointerText(latest));
      if (how === 'damaged') directory.writeBytes('folded.json', '{');
      const snapshot = await createAggregator(directory).collect();
      expect(linesOf(snapshot)).toEqual(['jobs_total{} 7']);
      expect(problemsOf(snapshot)).toEqual(['fold-pointer-damaged folded.json @0']);
    },
  );

  test('that is damaged no longer holds in a process that knew it once another folded shard is there', async () => {
    const directory = makeDirectory();
    directory.write('counter_folded-2.db', [jobs(2)]);
    directory.writePointer({ generation: 2, files: ['counter_folded-2.db'], superseded: [] });
    const aggregator = createAggregator(directory);
    await aggregator.collect();
    directory.write('counter_folded-3.db', [jobs(1)]);
    directory.writeBytes('folded.json', '{');
    const snapshot = await aggregator.collect();
    expect(snapshot.families).toEqual([]);
    expect(problemsOf(snapshot)).toEqual(['fold-pointer-damaged folded.json @0']);
  });

  test('that is gone, and its spare copy too, leaves nothing to serve beside a later folded shard', async () => {
    const directory = makeDirectory();
    directory.write('counter_1.db', [jobs(1)]);
    directory.write('counter_folded-2.db', [jobs(2)]);
    const snapshot = await createAggregator(directory).collect();
    expect(snapshot.families).toEqual([]);
    expect(problemsOf(snapshot)).toEqual(['fold-pointer-damaged folded.json @0']);
  });

  test('that is damaged, and was never known, leaves nothing to serve where folded shards are', async () => {
    const directory = makeDirectory();
    directory.write('counter_1.db', [jobs(1)]);
    directory.writeBytes('folded.json', 'null');
    const aggregator = createAggregator(directory);
    expect(linesOf(await aggregator.collect())).toEqual(['jobs_total{} 1']);
    directory.write('counter_folded-1.db', [jobs(2)]);
    const snapshot = await aggregator.collect();
    expect(snapshot.families).toEqual([]);
    expect(problemsOf(snapshot)).toEqual(['fold-pointer-damaged folded.json @0']);
  });

  test('is forgotten when the directory was wiped', async () => {
    const directory = makeDirectory();
    directory.write('counter_folded-1.db', [jobs(2)]);
    directory.writePointer({ generation: 1, files: ['counter_folded-1.db'], superseded: [] });
    const aggregator = createAggregator(directory);
    await aggregator.collect();
    rmSync(directory.path('folded.json'));
    rmSync(directory.path('counter_folded-1.db'));
    directory.write('counter_1.db', [jobs(1)]);
    const snapshot = await aggregator.collect();
    expect(linesOf(snapshot)).toEqual(['jobs_total{} 1']);
    expect(snapshot.problems).toEqual([]);
  });
});
