import {
  mkdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

import { encodeShard, parseFoldPointer } from '@promshard/shard-format';
import { describe, expect, test } from 'vitest';

import { FOLD_LIMITS, type FoldLimits } from '../src/fold-dead.js';
import { openPruneDirectory } from '../src/prune-directory.js';
import { prune, type PruneOptions } from '../src/prune.js';
import type { PruneReport } from '../src/prune-report.js';
import { machine, namesIn, putSeries, putWriter, samples, scratchDirectory } from './scratch.js';

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
      'folded-2.json',
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

  test('folds a shard once whose name is listed twice, as tmpfs does while files are removed', async () => {
    const dir = scratchDirectory();
    putWriter(dir, 11, { counter: 5, gauges: { sum: 3 } });
    putWriter(dir, 12, { counter: 6, gauges: { sum: 4 } });
    const directory = openPruneDirectory(dir, undefined);
    const list = async (): Promise<string[]> => {
      const names = await directory.list();
      return [...names, ...names];
    };
    const report = await run(dir, { directory: { ...directory, list }, maxFiles: 10 });
    expect(report).toMatchObject({ kind: 'done', left: [], overflow: undefined });
    expect(await samples(dir)).toMatchObject({
      jobs_total: 11,
      level_sum: 7,
      multiproc_pruned_files_total: 4,
    });
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

  test('adds to the generation before', async () => {
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

describe('a fold pointer', () => {
  const damages: [string, (dir: string, name: string) => void][] = [
    ['that is no JSON', (dir, name) => writeFileSync(join(dir, name), '{')],
    ['that is cut short', (dir, name) => truncateSync(join(dir, name), 60)],
    ['that is gone', (dir, name) => unlinkSync(join(dir, name))],
  ];

  test.each(damages)('%s is written again from its spare copy, and nothing is lost', async (_, damage) => {
    const dir = scratchDirectory();
    putWriter(dir, 11, { counter: 5 });
    await run(dir);
    damage(dir, 'folded.json');
    expect(await samples(dir)).toMatchObject({ jobs_total: 5 });
    putWriter(dir, 12, { counter: 6 });
    expect(await run(dir, { dryRun: true })).toMatchObject({ mended: ['folded.json'], generation: 2 });
    expect(await run(dir)).toMatchObject({ mended: ['folded.json'], generation: 3, left: [] });
    expect(await samples(dir)).toMatchObject({ jobs_total: 11 });
    expect(await run(dir)).toMatchObject({ mended: [] });
  });

  test.each(damages)('whose spare copy is one %s gets a new one', async (_, damage) => {
    const dir = scratchDirectory();
    putWriter(dir, 11, { counter: 5 });
    await run(dir);
    damage(dir, 'folded-2.json');
    expect(await run(dir)).toMatchObject({ mended: ['folded-2.json'] });
    expect(readFileSync(join(dir, 'folded-3.json'))).toEqual(readFileSync(join(dir, 'folded.json')));
  });

  test.each(damages)(
    '%s beside a damaged spare copy is pointer-damaged: nothing changes',
    async (_, damage) => {
      const dir = scratchDirectory();
      putWriter(dir, 11);
      await run(dir);
      damage(dir, 'folded.json');
      damage(dir, 'folded-2.json');
      putWriter(dir, 12);
      const before = namesIn(dir);
      expect(await run(dir)).toMatchObject({ kind: 'failed', error: { code: 'pointer-damaged', dir } });
      expect(namesIn(dir)).toEqual(before);
    },
  );
});

describe('a folded shard', () => {
  test('that is gone is reported by every run, and counts again when it is put back', async () => {
    const dir = scratchDirectory();
    putWriter(dir, 11, { counter: 5 });
    await run(dir);
    const path = join(dir, 'counter_folded-2.db');
    const bytes = readFileSync(path);
    unlinkSync(path);
    putWriter(dir, 12, { counter: 6 });
    for (const folded of [1, 0]) {
      const left = [{ file: 'counter_folded-2.db', reason: expect.stringContaining('is missing') }];
      expect(await run(dir)).toMatchObject({ kind: 'done', folded: { length: folded }, left });
    }
    expect(await samples(dir)).toMatchObject({ jobs_total: 6 });
    writeFileSync(path, bytes);
    putWriter(dir, 13, { counter: 7 });
    expect(await run(dir)).toMatchObject({ left: [] });
    expect(await samples(dir)).toMatchObject({ jobs_total: 18 });
  });

  test('that is cut short is not merged: what is folded later lies beside it', async () => {
    const dir = scratchDirectory();
    putWriter(dir, 11, { counter: 5 });
    await run(dir);
    truncateSync(join(dir, 'counter_folded-2.db'), 99);
    putWriter(dir, 12, { counter: 6 });
    const left = [{ file: 'counter_folded-2.db', reason: expect.stringContaining('truncated at byte 99') }];
    expect(await run(dir)).toMatchObject({ kind: 'done', folded: { length: 1 }, left });
    expect(namesIn(dir)).toEqual(expect.arrayContaining(['counter_folded-2.db', 'counter_folded-3.db']));
    // Readers go on showing the part that can be read.
    expect(await samples(dir)).toMatchObject({ jobs_total: 11 });
  });

  test('of a large kind is neither read nor written again for a small one', async () => {
    const dir = scratchDirectory();
    putSeries(dir, 11, 4000);
    await run(dir);
    const { ino } = statSync(join(dir, 'counter_folded-2.db'));
    for (const pid of [12, 13, 14]) {
      putSeries(dir, pid, 3);
      await run(dir);
    }
    expect(namesIn(dir).filter((name) => name.startsWith('counter_'))).toEqual([
      'counter_folded-2.db',
      'counter_folded-5.db',
    ]);
    expect(statSync(join(dir, 'counter_folded-2.db')).ino).toBe(ino);
    const shown = await samples(dir);
    expect(shown['jobs_total kind=2']).toBe(4);
    expect(shown['jobs_total kind=3999']).toBe(1);
    putSeries(dir, 15, 2000);
    await run(dir);
    expect(namesIn(dir).filter((name) => name.startsWith('counter_'))).toEqual(['counter_folded-6.db']);
    expect(await samples(dir)).toMatchObject({ 'jobs_total kind=2': 5, 'jobs_total kind=1999': 2 });
  });
});

describe('many dead writers', () => {
  test('are folded in batches, each of which counts when it is done', async () => {
    const dir = scratchDirectory();
    for (let pid = 11; pid < 18; pid++) putWriter(dir, pid, { gauges: { liveall: 1 } });
    const foldLimits: FoldLimits = { ...FOLD_LIMITS, batch: { writers: 3, bytes: 2 ** 20 } };
    // Generation 1 and one for each of three batches.
    expect(await run(dir, { foldLimits })).toMatchObject({
      generation: 4,
      folded: { length: 7 },
      dropped: { length: 7 },
      left: [],
    });
    expect(await samples(dir)).toEqual({
      ...OWN_NAMES,
      jobs_total: 7,
      multiproc_orphan_files_detected: 14,
      multiproc_pruned_files_total: 14,
    });
  });

  test('end a batch when their series fill it', async () => {
    const dir = scratchDirectory();
    for (const pid of [11, 12, 13]) putSeries(dir, pid, 100);
    const foldLimits: FoldLimits = { ...FOLD_LIMITS, batch: { writers: 100, bytes: 1000 } };
    expect(await run(dir, { foldLimits })).toMatchObject({ generation: 4, folded: { length: 3 } });
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

  test.each([
    [1_000, false],
    [120_000, true],
  ])('%i ms ago, an attempt to map a file, is removed: %s', async (ageMs, isRemoved) => {
    const dir = scratchDirectory();
    // The PID is that of a living process, and says nothing: the name is gone in a moment, or nobody's.
    const name = '.1-0000000000000001.probe.tmp';
    const seconds = (Date.now() - ageMs) / 1000;
    writeFileSync(join(dir, name), '');
    utimesSync(join(dir, name), seconds, seconds);
    expect(await run(dir, { dryRun: true })).toMatchObject({ deleted: isRemoved ? [name] : [] });
    expect(namesIn(dir)).toEqual([name]);
    await run(dir);
    expect(namesIn(dir).includes(name)).toBe(!isRemoved);
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
    notes: { madeAt: expect.any(Number), orphanFiles: 2, orphansAt: expect.any(Number), sweptAt: 0 },
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

describe('the names that a pointer supersedes', () => {
  const pointerIn = (dir: string): unknown =>
    parseFoldPointer(readFileSync(join(dir, 'folded.json'), 'utf8'));

  test('are forgotten at the end of a run that removed many files, in the pointer and its spare copy', async () => {
    const dir = scratchDirectory();
    for (let pid = 100; pid < 150; pid++) putWriter(dir, pid);
    const report = await run(dir);
    expect(report).toMatchObject({ kind: 'done', generation: 2, folded: { length: 50 }, left: [] });
    expect(pointerIn(dir)).toMatchObject({ generation: 2, superseded: [] });
    expect(readFileSync(join(dir, 'folded-2.json'))).toEqual(readFileSync(join(dir, 'folded.json')));
    expect(await samples(dir)).toMatchObject({ jobs_total: 50 });
    expect(await run(dir)).toMatchObject({ mended: [], left: [] });
  });

  test('are kept as long as the file is there', async () => {
    const dir = scratchDirectory();
    for (let pid = 100; pid < 150; pid++) putWriter(dir, pid);
    const stuck = `counter_${putWriter(dir, 150)}.db`;
    const real = openPruneDirectory(dir, undefined);
    const directory = {
      ...real,
      remove: (name: string): Promise<boolean> =>
        name === stuck ? Promise.reject(new Error('EBUSY: injected')) : real.remove(name),
    };
    expect(await run(dir, { directory })).toMatchObject({ kind: 'done', left: [{ file: stuck }] });
    expect(pointerIn(dir)).toMatchObject({ superseded: [stuck] });
    expect(await samples(dir)).toMatchObject({ jobs_total: 51 });
    expect(await run(dir)).toMatchObject({ kind: 'done', left: [] });
    expect(namesIn(dir)).not.toContain(stuck);
    expect(await samples(dir)).toMatchObject({ jobs_total: 51 });
  });
});
