import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { decodeExemplars, encodeKey, encodeShard, shardFileName } from '@promshard/shard-format';
import { describe, expect, test } from 'vitest';

import { prune } from '../src/prune.js';
import type { PruneDone } from '../src/prune-report.js';
import { exemplarFile } from './exemplar-file.js';
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

describe('exemplars', () => {
  const bucket = (route: string): string =>
    encodeKey({ family: 'time', sample: 'time_bucket', labels: { route, le: '+Inf' }, help: 'Help.' });

  /** A writer with a histogram and, at so many hours, an exemplar of it. */
  function putTraced(dir: string, pid: number, route: string, hours: number): void {
    putHistogram(dir, pid, route, ['+Inf']);
    const exemplar = { labels: { trace_id: `t${pid}` }, value: 3, timestamp: START_MS / 1000 + hours * 3600 };
    const id = `${pid}-${pid.toString(16).padStart(16, '0')}`;
    const name = shardFileName({ kind: 'exemplars' }, id);
    writeFileSync(join(dir, name), exemplarFile([[bucket(route), exemplar]]));
  }

  const traces = (dir: string): string[] =>
    readdirSync(dir)
      .filter((name) => name.includes('folded') && name.endsWith('.exemplars'))
      .flatMap((name) => decodeExemplars(readFileSync(join(dir, name))).entries)
      .map(({ exemplar }) => exemplar?.labels['trace_id'] ?? 'none')
      .toSorted((a, b) => (a < b ? -1 : 1));

  test('go with the series that they are of, and no sooner', async () => {
    const dir = scratchDirectory();
    putTraced(dir, 11, '/old', -1);
    putTraced(dir, 12, '/new', -1);
    await run(dir, 0, 10 * HOUR_MS);
    putHistogram(dir, 13, '/new', ['+Inf']);
    await run(dir, 8, 10 * HOUR_MS);
    expect(traces(dir)).toEqual(['t11', 't12']);
    await run(dir, 11, 10 * HOUR_MS);
    expect(traces(dir)).toEqual(['t12']);
    expect(await counts(dir)).toEqual({ 'time_count route=/new': 2 });
    // The last of them: no file is left.
    expect(await run(dir, 30, 10 * HOUR_MS)).toMatchObject({ retired: 3, left: [] });
    expect(traces(dir)).toEqual([]);
    expect(readdirSync(dir).filter((name) => name.endsWith('.exemplars'))).toEqual([]);
  });

  test('stay while a living writer has the series', async () => {
    const dir = scratchDirectory();
    putTraced(dir, 11, '/live', -1);
    await run(dir, 0, 10 * HOUR_MS);
    putHistogram(dir, 1, '/live', ['0.5', '+Inf'], 'Another help.');
    await run(dir, 100, 10 * HOUR_MS);
    expect(traces(dir)).toEqual(['t11']);
  });

  test('whose series went in a run that died over it go in the next one', async () => {
    const dir = scratchDirectory();
    putTraced(dir, 11, '/gone', -20);
    rmSync(join(dir, shardFileName({ kind: 'histogram' }, `11-${(11).toString(16).padStart(16, '0')}`)));
    await run(dir, 0, 10 * HOUR_MS);
    expect(traces(dir)).toEqual([]);
  });

  test('all stay while a shard cannot be read that may have their series', async () => {
    const dir = scratchDirectory();
    putTraced(dir, 11, '/old', -100);
    await run(dir, 0, 10 * HOUR_MS);
    const id = putWriter(dir, 1);
    writeFileSync(join(dir, shardFileName({ kind: 'histogram' }, id)), 'damaged');
    await run(dir, 100, 10 * HOUR_MS);
    expect(traces(dir)).toEqual(['t11']);
  });
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
