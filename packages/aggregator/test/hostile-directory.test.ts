import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  ftruncateSync,
  closeSync,
  mkdirSync,
  openSync,
  rmSync,
  symlinkSync,
  writeSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { encodeShard, HEADER_BYTES, type ShardEntryInput } from '@promshard/shard-format';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createAggregator } from '../src/index.js';
import { jobs, linesOf, makeDirectory, problemsOf, type TestDirectory } from './shard-directory.js';

const GIBIBYTE = 1024 ** 3;

let directory: TestDirectory;
beforeEach(() => {
  directory = makeDirectory();
  directory.write('counter_1.db', [jobs(1)]);
  directory.write('counter_9.db', [jobs(2)]);
});

/** Each test adds something bad between two good shards, whose sum must stand. */
async function problems(): Promise<string[]> {
  const aggregator = createAggregator(directory);
  const cold = await aggregator.collect();
  const warm = await aggregator.collect();
  expect(linesOf(cold)).toContain('jobs_total{} 3');
  expect(linesOf(warm)).toEqual(linesOf(cold));
  expect(problemsOf(warm)).toEqual(problemsOf(cold));
  for (const { message } of cold.problems) expect(message).toMatch(/^[A-Z].*\.$/);
  return problemsOf(cold);
}

test('files without a byte, without a header, with a negative size', async () => {
  directory.writeBytes('counter_2.db', '');
  directory.writeBytes('counter_3.db', Uint8Array.of(1, 0, 0));
  directory.writeBytes('counter_4.db', Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0));
  expect(await problems()).toEqual([
    'empty counter_2.db @0',
    'truncated counter_3.db @3',
    'bad-header counter_4.db @0',
  ]);
});

test('a truncated file: what stands before the cut is served', async () => {
  const bytes = encodeShard([jobs(5, { kind: 'zip' }), jobs(7, { kind: 'cut' })]);
  directory.writeBytes('counter_2.db', bytes.subarray(0, bytes.length - 3));
  expect(await problems()).toEqual([`truncated counter_2.db @${bytes.length - 3}`]);
  expect(linesOf(await createAggregator(directory).collect())).toEqual([
    'jobs_total{} 3',
    'jobs_total{kind="zip"} 5',
  ]);
});

test('random bytes, and an entry whose length leads astray', async () => {
  directory.writeBytes(
    'counter_2.db',
    Uint8Array.from({ length: 5000 }, (_, i) => (i * 7919 + 13) & 0x7f),
  );
  const bytes = encodeShard([jobs(5), jobs(6)]);
  new DataView(bytes.buffer).setInt32(HEADER_BYTES, 2 ** 30, true);
  directory.writeBytes('counter_3.db', bytes);
  expect(await problems()).toEqual([
    expect.stringMatching(/^(bad-entry|truncated|too-large) counter_2\.db @\d+$/),
    `bad-entry counter_3.db @${HEADER_BYTES}`,
  ]);
});

test('keys that are not UTF-8 or not JSON cost themselves only', async () => {
  const bytes = Buffer.from(encodeShard([jobs(5), jobs(6, { kind: 'zip' }), jobs(7, { kind: 'gzip' })]));
  const second = bytes.indexOf('kind');
  bytes[second] = 0xff;
  bytes[bytes.lastIndexOf('kind') - 1] = 0x7b;
  directory.writeBytes('counter_2.db', bytes);
  const snapshot = await createAggregator(directory).collect();
  expect(linesOf(snapshot)).toEqual(['jobs_total{} 8']);
  expect(problemsOf(snapshot)).toEqual([
    expect.stringMatching(/^bad-key counter_2\.db @\d+$/),
    expect.stringMatching(/^bad-key counter_2\.db @\d+$/),
  ]);
});

test('a key of a hundred million brackets is not parsed', async () => {
  const bytes = Buffer.from(encodeShard([jobs(5)]));
  const length = 100_000_000;
  const brackets = Buffer.alloc(length + 8 - ((length + 12) % 8) + 16, '[');
  brackets.fill(' ', length);
  const header = Buffer.alloc(HEADER_BYTES + 4);
  header.writeInt32LE(header.length + brackets.length + bytes.length - HEADER_BYTES, 0);
  header.writeInt32LE(length, HEADER_BYTES);
  // A good entry behind it is served.
  directory.writeBytes('counter_2.db', Buffer.concat([header, brackets, bytes.subarray(HEADER_BYTES)]));
  const snapshot = await createAggregator(directory).collect();
  expect(linesOf(snapshot)).toEqual(['jobs_total{} 8']);
  expect(problemsOf(snapshot)).toEqual(['bad-key counter_2.db @12']);
});

test('a summary with a label of quantiles, which has none', async () => {
  const key = (labels: Record<string, string>): ShardEntryInput => ({
    key: { family: 'size', sample: 'size_sum', labels, help: 'h' },
    value: 1,
  });
  directory.write('summary_2.db', [key({ quantile: 'half' }), key({ kind: 'zip' })]);
  expect(await problems()).toEqual(['bad-sample summary_2.db @12']);
  expect(linesOf(await createAggregator(directory).collect())).toContain('size_sum{kind="zip"} 1');
});

test('problems of a file that grows are told once', async () => {
  const bad = { ...jobs(1), key: { ...jobs(1).key, sample: 'x' } };
  const aggregator = createAggregator(directory);
  for (let count = 1; count <= 3; count++) {
    const bytes = encodeShard(Array.from({ length: count }, () => bad));
    if (count === 1) directory.writeBytes('counter_2.db', bytes);
    else appendEntries('counter_2.db', bytes);
    expect(problemsOf(await aggregator.collect())).toHaveLength(count);
  }
});

/** Makes a file longer as writers do, without replacing it. */
function appendEntries(name: string, bytes: Uint8Array): void {
  const fd = openSync(directory.path(name), 'r+');
  writeSync(fd, bytes, 0, bytes.byteLength, 0);
  closeSync(fd);
}

test('of many problems in one file the first are listed', async () => {
  const bad = Array.from({ length: 1000 }, (_, i) => ({
    ...jobs(1),
    key: { ...jobs(1).key, sample: `x${i}` },
  }));
  directory.write('counter_2.db', bad);
  const found = await problems();
  expect(found).toHaveLength(21);
  expect(found.at(-1)).toMatch(/^more-problems counter_2\.db @\d+$/);
});

test('foreign .db files, and files that are not ours', async () => {
  directory.writeBytes('sqlite.db', 'SQLite format 3\0');
  directory.writeBytes('gauge_median_3.db', '');
  directory.writeBytes('counter_3.db.bak', 'x');
  directory.writeBytes('.counter_3.tmp', 'x');
  directory.writeBytes('README', 'x');
  expect(await problems()).toEqual(['foreign-file gauge_median_3.db @0', 'foreign-file sqlite.db @0']);
});

test.skipIf(process.platform === 'win32')(
  'symlinks, directories, FIFOs and sockets, none of which is opened for long',
  async () => {
    symlinkSync(directory.path('counter_1.db'), directory.path('counter_2.db'));
    symlinkSync('/nowhere/at/all', directory.path('counter_3.db'));
    symlinkSync('/dev/zero', directory.path('counter_4.db'));
    mkdirSync(directory.path('counter_5.db'));
    expect(spawnSync('mkfifo', [directory.path('counter_6.db')]).status).toBe(0);
    const server = createServer();
    await new Promise<void>((resolve) => {
      server.listen(directory.path('counter_7.db'), resolve);
    });
    try {
      expect(await problems()).toEqual([2, 3, 4, 5, 6, 7].map((i) => `not-a-file counter_${i}.db @0`));
    } finally {
      server.close();
    }
  },
);

test.skipIf(process.platform !== 'linux')('names that are not UTF-8', async () => {
  const name = Buffer.concat([Buffer.from(directory.path('counter_')), Buffer.of(0xff), Buffer.from('.db')]);
  closeSync(openSync(name, 'w'));
  expect(await problems()).toEqual(['foreign-file counter_\uFFFD.db @0']);
  rmSync(name);
});

test.skipIf(process.getuid?.() === 0)('an unreadable file (skipped for root, who may read all)', async () => {
  directory.write('counter_2.db', [jobs(1)]);
  chmodSync(directory.path('counter_2.db'), 0);
  expect(await problems()).toEqual(['unreadable counter_2.db @0']);
});

test('a sparse file of a tebibyte costs the bytes in use', async () => {
  const fd = openSync(directory.path('counter_2.db'), 'w');
  const bytes = encodeShard([jobs(4, { kind: 'zip' })]);
  writeSync(fd, bytes);
  ftruncateSync(fd, 1024 * GIBIBYTE);
  closeSync(fd);
  expect(await problems()).toEqual([]);
  const { stats } = await createAggregator(directory).collect();
  expect(stats.bytesRead).toBe(2 * encodeShard([jobs(1)]).length + bytes.length);
});

test('a file with too many bytes in use is refused before it is read', async () => {
  const fd = openSync(directory.path('counter_2.db'), 'w');
  writeSync(fd, Uint8Array.of(0xff, 0xff, 0xff, 0x7f));
  ftruncateSync(fd, 3 * GIBIBYTE);
  closeSync(fd);
  expect(await problems()).toEqual(['too-large counter_2.db @0']);
});

test('owner records that are none are told, and the writers are shown by their ids', async () => {
  directory.write('gauge_all_5.db', [{ key: { family: 'g', sample: 'g', labels: {}, help: '' }, value: 1 }]);
  directory.writeBytes('5.owner', '{"formatVersion":1');
  const snapshot = await createAggregator(directory).collect();
  expect(linesOf(snapshot)).toContain('g{pid="5"} 1');
  expect(problemsOf(snapshot)).toEqual(['bad-owner 5.owner @0']);
});

test.skipIf(process.platform === 'win32')(
  'without descriptors the families are those of the last snapshot',
  () => {
    const fixture = fileURLToPath(new URL('fixtures/collect-without-descriptors.mjs', import.meta.url));
    directory.writePointer({ generation: 1, files: [], superseded: [] });
    const run = spawnSync(
      'sh',
      ['-c', 'ulimit -n 64; exec "$0" "$@"', process.execPath, fixture, directory.dir],
      {
        encoding: 'utf8',
      },
    );
    expect(JSON.parse(run.stdout)).toEqual({ before: [3], without: [3, 'unsettled'], after: [3] });
  },
);

test('a directory that is not there, or no directory', async () => {
  for (const dir of [directory.path('missing'), directory.path('counter_1.db')]) {
    const snapshot = await createAggregator({ dir }).collect();
    expect(snapshot.families).toEqual([]);
    expect(problemsOf(snapshot)).toEqual(['directory-unreadable ']);
  }
});

afterEach(() => {
  // A sparse file would otherwise wait for the directory to go.
  rmSync(directory.path('counter_2.db'), { force: true, recursive: true });
});
