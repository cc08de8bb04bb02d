import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { encodeShard, shardFileName } from '@promshard/shard-format';
import { expect, test } from 'vitest';

import { prune } from '../src/prune.js';
import type { PruneDone } from '../src/prune-report.js';
import { machine, putWriter, samples, scratchDirectory } from './scratch.js';

const HOUR_MS = 3_600_000;
const START_MS = Date.UTC(2030, 0, 1);

/** A run at so many hours; series that nobody touched for ten are given up. */
async function run(dir: string, hours: number, retireAfterMs: number | undefined): Promise<PruneDone> {
  const now = (): number => START_MS + hours * HOUR_MS;
  const report = await prune({ dir, host: machine(1), native: false, now, retireAfterMs });
  if (report.kind !== 'done') throw new Error(report.kind);
  return report;
}

/** A writer whose histogram has these label sets and bounds. */
function putHistogram(
  dir: string,
  pid: number,
  route: string,
  bounds: readonly string[],
  help = 'Help.',
): void {
  const id = putWriter(dir, pid);
  const entry = (sample: string, labels: Record<string, string>) => ({
    key: { family: 'time', sample, labels: { route, ...labels }, help },
    value: 1,
  });
  const entries = [entry('time_sum', {}), ...bounds.map((le) => entry('time_bucket', { le }))];
  writeFileSync(join(dir, shardFileName({ kind: 'histogram' }, id)), encodeShard(entries));
}

const counts = async (dir: string): Promise<Record<string, number>> =>
  Object.fromEntries(Object.entries(await samples(dir)).filter(([name]) => name.startsWith('time_count')));

test('nothing is ever given up by itself', async () => {
  const dir = scratchDirectory();
  putHistogram(dir, 11, '/old', ['1.0', '+Inf']);
  await run(dir, 0, undefined);
  expect(await run(dir, 1e6, undefined)).toMatchObject({ retired: 0 });
  expect(await counts(dir)).toEqual({ 'time_count route=/old': 2 });
});

test('a series that no writer has touched for so long is given up, and counted; others stay', async () => {
  const dir = scratchDirectory();
  putHistogram(dir, 11, '/old', ['1.0', '+Inf']);
  putHistogram(dir, 12, '/new', ['1.0', '+Inf']);
  expect(await run(dir, 0, 10 * HOUR_MS)).toMatchObject({ retired: 0 });
  putHistogram(dir, 13, '/new', ['1.0', '+Inf']);
  await run(dir, 8, 10 * HOUR_MS);
  expect(await counts(dir)).toEqual({ 'time_count route=/new': 4, 'time_count route=/old': 2 });
  expect(await run(dir, 11, 10 * HOUR_MS)).toMatchObject({ retired: 3 });
  expect(await counts(dir)).toEqual({ 'time_count route=/new': 4 });
  // The counter of each writer that died: still there, and untouched for less than ten hours.
  expect(await samples(dir)).toMatchObject({ jobs_total: 3, multiproc_retired_series_total: 3 });
});

test('a label set that a living writer has stays whole, with other bounds and another help text too', async () => {
  const dir = scratchDirectory();
  putHistogram(dir, 11, '/live', ['0.5', '+Inf']);
  await run(dir, 0, 10 * HOUR_MS);
  putHistogram(dir, 1, '/live', ['1.0', '+Inf'], 'Another help.');
  expect(await run(dir, 100, 10 * HOUR_MS)).toMatchObject({ retired: 0, left: [] });
  expect(await counts(dir)).toEqual({ 'time_count route=/live': 4 });
});

test('nothing of a kind is given up while one of its shards cannot be read', async () => {
  const dir = scratchDirectory();
  putHistogram(dir, 11, '/old', ['+Inf']);
  await run(dir, 0, 10 * HOUR_MS);
  const id = putWriter(dir, 1);
  writeFileSync(join(dir, shardFileName({ kind: 'histogram' }, id)), 'damaged');
  await run(dir, 100, 10 * HOUR_MS);
  expect(await counts(dir)).toEqual({ 'time_count route=/old': 1 });
});

test('folded series are looked through no more than four times in the time that they have', async () => {
  const dir = scratchDirectory();
  putHistogram(dir, 11, '/old', ['+Inf']);
  const generations: number[] = [];
  for (const hours of [0, 1, 2, 3, 4, 5, 6])
    generations.push((await run(dir, hours, 10 * HOUR_MS)).generation);
  // 2: folded; 3: looked through; 4: no orphans any more; then a look every 2.5 hours, on the hour.
  expect(generations).toEqual([3, 4, 4, 5, 5, 5, 6]);
});
