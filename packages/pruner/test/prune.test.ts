import {
  mkdirSync,
  readFileSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

import { encodeShard, parseFoldPointer } from '@promshard/shard-format';
import { describe, expect, test } from 'vitest';

import { prune, type PruneOptions } from '../src/prune.js';
import type { PruneReport } from '../src/prune-report.js';
import { machine, namesIn, putWriter, samples, scratchDirectory } from './scratch.js';

const host = machine(1);

const run = (dir: string, options: Partial<PruneOptions> = {}): Promise<PruneReport> =>
  prune({ dir, host, native: false, ...options });

const OWN_NAMES = {
  multiproc_dir_overflow_total: 0,
  multiproc_orphan_files_detected: 0,
  multiproc_pruned_files_total: 0,
};

describe('a run', () => {
  test('keeps what dead writers counted, and removes their files', async () => {
    const dir = scratchDirectory();
    putWriter(dir, 11, { counter: 5, gauges: { max: 3, min: 3, sum: 3, mostrecent: 3 }, at: 10 });
    putWriter(dir, 12, { counter: 6, gauges: { max: 4, min: 4, sum: 4, mostrecent: 4 }, at: 9 });
    putWriter(dir, 1, { counter: 7, gauges: { max: 2, min: 5, sum: 1 } });
    const before = await samples(dir);
    expect(before).toMatchObject({
      jobs_total: 18,
      level_max: 4,
      level_min: 3,
      level_sum: 8,
      level_mostrecent: 3,
    });

    const report = await run(dir);

    expect(report).toMatchObject({ kind: 'done', generation: 2, left: [], overflow: undefined });
    expect(await samples(dir)).toEqual({
      ...before,
      ...OWN_NAMES,
      multiproc_orphan_files_detected: 10,
      multiproc_pruned_files_total: 10,
    });
    expect(namesIn(dir)).toEqual([
      '1-0000000000000001.owner',
      'counter_1-0000000000000001.db',
      'counter_folded-2.db',
      'folded.json',
      'gauge_max_1-0000000000000001.db',
      'gauge_max_folded-2.db',
      'gauge_min_1-0000000000000001.db',
      'gauge_min_folded-2.db',
      'gauge_mostrecent_folded-2.db',
      'gauge_sum_1-0000000000000001.db',
      'gauge_sum_folded-2.db',
    ]);
  });

  test('drops the gauges that end with their writer', async () => {
    const dir = scratchDirectory();
    putWriter(dir, 11, { gauges: { all: 1, liveall: 1, livesum: 1, livemax: 1, livemostrecent: 1, avg: 1 } });
    const report = await run(dir);
    expect(report).toMatchObject({ folded: [expect.stringMatching(/^counter_/)], dropped: { length: 6 } });
    expect(await samples(dir)).toEqual({
      ...OWN_NAMES,
      jobs_total: 1,
      multiproc_orphan_files_detected: 7,
      multiproc_pruned_files_total: 7,
    });
  });

  test('adds to the generation before, and links what does not change', async () => {
    const dir = scratchDirectory();
    putWriter(dir, 11, { counter: 1, gauges: { max: 9 } });
    await run(dir);
    for (const pid of [12, 13, 14]) {
      putWriter(dir, pid, { counter: pid });
      await run(dir);
    }
    expect(await samples(dir)).toMatchObject({
      jobs_total: 40,
      level_max: 9,
      multiproc_pruned_files_total: 5,
    });
  });

  test('writes nothing where nothing changed', async () => {
    const dir = scratchDirectory();
    putWriter(dir, 11);
    putWriter(dir, 1);
    await run(dir);
    // The first run found orphans, and says so; this one found none.
    expect(await run(dir)).toMatchObject({ generation: 3 });
    expect(await samples(dir)).toMatchObject({ multiproc_orphan_files_detected: 0 });
    const pointer = readFileSync(join(dir, 'folded.json'));
    expect(await run(dir)).toMatchObject({ generation: 3, deleted: [] });
    expect(readFileSync(join(dir, 'folded.json'))).toEqual(pointer);
  });

  test('begins with zeros in an empty directory', async () => {
    const dir = scratchDirectory();
    expect(await run(dir)).toMatchObject({ kind: 'done', generation: 1, writers: [] });
    expect(await samples(dir)).toEqual(OWN_NAMES);
  });

  test('dry, says what it would do and does none of it', async () => {
    const dir = scratchDirectory();
    putWriter(dir, 11, { gauges: { liveall: 1 } });
    writeFileSync(join(dir, 'counter_folded-1.db'), 'left by a crash');
    const before = namesIn(dir);
    const report = await run(dir, { dryRun: true });
    expect(report).toMatchObject({
      kind: 'done',
      dryRun: true,
      generation: 0,
      folded: ['counter_11-000000000000000b.db'],
      dropped: ['gauge_liveall_11-000000000000000b.db'],
      deleted: [
        'counter_folded-1.db',
        'counter_11-000000000000000b.db',
        'gauge_liveall_11-000000000000000b.db',
        '11-000000000000000b.owner',
      ],
    });
    expect(namesIn(dir)).toEqual(before);
  });

  test('removes the owner record of a dead writer without shards, and makes no generation for it', async () => {
    const dir = scratchDirectory();
    await run(dir);
    const id = putWriter(dir, 11);
    unlinkSync(join(dir, `counter_${id}.db`));
    writeFileSync(join(dir, `.${id}.counter.tmp`), '');
    expect(await run(dir)).toMatchObject({ generation: 1, deleted: [`.${id}.counter.tmp`, `${id}.owner`] });
  });
});

describe('a writer that may live keeps its files', () => {
  test.each([
    ['without an owner record', undefined],
    ['with a damaged owner record', '{"formatVersion":1'],
    ['with an owner record of a later format', '{"formatVersion":2,"pid":11}'],
  ])('%s', async (_, text) => {
    const dir = scratchDirectory();
    const id = putWriter(dir, 11);
    if (text === undefined) unlinkSync(join(dir, `${id}.owner`));
    else writeFileSync(join(dir, `${id}.owner`), text);
    const before = namesIn(dir);
    expect(await run(dir)).toMatchObject({ writers: [{ id, liveness: { kind: 'unknown' } }], deleted: [] });
    expect(namesIn(dir)).toEqual(expect.arrayContaining(before));
  });

  test.each([
    ['of another boot', { bootId: 'boot-before' }],
    ['of another container', { pidNamespace: 'pid:[2]' }],
    ['of a machine that tells neither', { bootId: null, pidNamespace: null }],
  ])('%s, without a lock', async (_, record) => {
    const dir = scratchDirectory();
    putWriter(dir, 11, { record });
    expect(await run(dir)).toMatchObject({ writers: [{ liveness: { kind: 'unknown' } }], deleted: [] });
  });
});

describe('what cannot be read', () => {
  test('stays where it is, with its owner record, and is reported; the rest is folded', async () => {
    const dir = scratchDirectory();
    const id = putWriter(dir, 11, { counter: 5, gauges: { max: 3 } });
    truncateSync(join(dir, `gauge_max_${id}.db`), 30);
    const report = await run(dir);
    expect(report).toMatchObject({
      folded: [`counter_${id}.db`],
      left: [{ file: `gauge_max_${id}.db`, reason: expect.stringContaining('truncated at byte 30') }],
    });
    expect(namesIn(dir)).toEqual(expect.arrayContaining([`${id}.owner`, `gauge_max_${id}.db`]));
    expect(await samples(dir)).toMatchObject({ jobs_total: 5 });
    await run(dir);
    expect(await run(dir)).toMatchObject({ generation: 3, folded: [], deleted: [], left: { length: 1 } });
    expect(await samples(dir)).toMatchObject({ jobs_total: 5, multiproc_orphan_files_detected: 1 });
  });

  test.each(['directory', 'link'])('a shard that is a %s stays', async (kind) => {
    const dir = scratchDirectory();
    const id = putWriter(dir, 11);
    const path = join(dir, `counter_${id}.db`);
    unlinkSync(path);
    if (kind === 'link') symlinkSync('/etc/hostname', path);
    else mkdirSync(path);
    expect(await run(dir)).toMatchObject({ kind: 'done', folded: [], left: [{ file: `counter_${id}.db` }] });
  });

  test('never puts a byte of a shard into a report', async () => {
    const dir = scratchDirectory();
    const id = putWriter(dir, 11);
    const key = { family: 'f', sample: 'f', labels: { secret: 'user@example.com' }, help: '' };
    const bytes = encodeShard([{ key, value: 1 }]);
    bytes[12] = 0x7b;
    writeFileSync(join(dir, `counter_${id}.db`), bytes);
    expect(JSON.stringify(await run(dir))).not.toContain('example.com');
  });

  test('folds the layout without timestamps', async () => {
    const dir = scratchDirectory();
    const id = putWriter(dir, 11);
    const text = Buffer.from('["jobs", "jobs_total", {}, "Help."]');
    const bytes = Buffer.alloc(8 + 4 + 36 + 8, ' ');
    bytes.writeInt32LE(bytes.length, 0);
    bytes.writeInt32LE(0, 4);
    bytes.writeInt32LE(text.length, 8);
    text.copy(bytes, 12);
    bytes.writeDoubleLE(42, 48);
    writeFileSync(join(dir, `counter_${id}.db`), bytes);
    expect(await run(dir)).toMatchObject({ left: [], folded: { length: 1 } });
    expect(await samples(dir)).toMatchObject({ jobs_total: 42 });
  });
});

describe('a damaged generation', () => {
  test.each([
    [
      'pointer-damaged',
      'a pointer that is no JSON',
      (dir: string) => writeFileSync(join(dir, 'folded.json'), '{'),
    ],
    ['pointer-damaged', 'a pointer that is gone', (dir: string) => unlinkSync(join(dir, 'folded.json'))],
    ['generation-damaged', 'a missing shard', (dir: string) => unlinkSync(join(dir, 'counter_folded-2.db'))],
    [
      'generation-damaged',
      'a cut shard',
      (dir: string) => truncateSync(join(dir, 'counter_folded-2.db'), 99),
    ],
  ])('is %s for %s: nothing is folded or deleted', async (code, _, damage) => {
    const dir = scratchDirectory();
    putWriter(dir, 11);
    await run(dir);
    damage(dir);
    putWriter(dir, 12);
    const before = namesIn(dir);
    expect(await run(dir)).toMatchObject({ kind: 'failed', error: { code, dir } });
    expect(namesIn(dir)).toEqual(before);
  });
});

describe('what a writer began', () => {
  const putOwnerTemporary = (dir: string, ageMs: number, text: string): void => {
    const path = join(dir, '.11-000000000000000b.owner.tmp');
    writeFileSync(path, text);
    const seconds = (Date.now() - ageMs) / 1000;
    utimesSync(path, seconds, seconds);
  };
  const recordOf = (pid: number): string => {
    const dir = scratchDirectory();
    return readFileSync(join(dir, `${putWriter(dir, pid)}.owner`), 'utf8');
  };

  test.each([
    [1_000, 11, false],
    [120_000, 1, false],
    [120_000, 11, true],
  ])('%i ms ago, as PID %i, is removed: %s', async (ageMs, pid, isRemoved) => {
    const dir = scratchDirectory();
    putOwnerTemporary(dir, ageMs, recordOf(pid));
    await run(dir);
    expect(namesIn(dir).includes('.11-000000000000000b.owner.tmp')).toBe(!isRemoved);
  });
});

describe('the limits of a directory', () => {
  test('are counted and reported when passed, and delete nothing', async () => {
    const dir = scratchDirectory();
    for (const pid of [1, 2, 3]) putWriter(dir, pid, { record: { pid: 1 } });
    await run(dir);
    const before = namesIn(dir).length;
    const report = await run(dir, { maxFiles: 4, maxBytes: 100 });
    expect(report).toMatchObject({ overflow: { maxFiles: 4, maxBytes: 100, files: before + 1 }, folded: [] });
    await run(dir, { maxFiles: 4 });
    expect(await samples(dir)).toMatchObject({ multiproc_dir_overflow_total: 2, jobs_total: 3 });
    expect(namesIn(dir)).toHaveLength(before);
  });

  test('do not count what the run removes', async () => {
    const dir = scratchDirectory();
    for (const pid of [11, 12, 13]) putWriter(dir, pid);
    expect(await run(dir, { maxFiles: 5 })).toMatchObject({ overflow: undefined });
  });
});

test('a directory that is not there is a report', async () => {
  const dir = join(scratchDirectory(), 'absent');
  expect(await run(dir)).toMatchObject({ kind: 'failed', error: { code: 'directory-missing', dir } });
});

test('the pointer names everything that the generation replaces', async () => {
  const dir = scratchDirectory();
  const id = putWriter(dir, 11, { gauges: { liveall: 1 } });
  await run(dir);
  expect(parseFoldPointer(readFileSync(join(dir, 'folded.json'), 'utf8'))).toEqual({
    formatVersion: 1,
    generation: 2,
    files: ['counter_folded-2.db', 'gauge_mostrecent_folded-2.db'],
    superseded: [
      `counter_${id}.db`,
      `gauge_liveall_${id}.db`,
      'counter_folded-1.db',
      'gauge_mostrecent_folded-1.db',
    ],
  });
});
