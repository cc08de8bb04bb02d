import {
  encodeKey,
  entrySize,
  exemplarKey,
  HEADER_BYTES,
  USED_OFFSET,
  writeEntry,
  writeExemplar,
  type StoredExemplar,
} from '@promshard/shard-format';
import { expect, test } from 'vitest';

import { createAggregator, type OutgoingLabelPolicy, type Snapshot } from '../src/index.js';
import { makeDirectory, type TestDirectory } from './shard-directory.js';

const JOBS = { family: 'jobs', sample: 'jobs_total', labels: {}, help: 'Jobs.' };
const bucket = (le: string) => ({ family: 'took', sample: 'took_bucket', labels: { le }, help: 'Time.' });

function exemplarFile(exemplars: readonly (readonly [key: typeof JOBS, exemplar: StoredExemplar])[]): Uint8Array {
  const keys = exemplars.map(([key]) => exemplarKey(encodeKey(key)));
  const bytes = new Uint8Array(keys.reduce((sum, key) => sum + entrySize(key.length), HEADER_BYTES));
  let end = HEADER_BYTES;
  for (const [i, [, exemplar]] of exemplars.entries()) {
    const entry = writeEntry(bytes, end, keys[i] ?? '', 0, 0);
    writeExemplar(bytes, entry.valueOffset, exemplar, 1);
    end = entry.end;
  }
  new DataView(bytes.buffer).setInt32(USED_OFFSET, end, true);
  return bytes;
}

const trace = (id: string, timestamp: number, value = 1): StoredExemplar => ({
  labels: { trace_id: id },
  value,
  timestamp,
});

/** A counter and a histogram, of two writers. */
function countedDirectory(): TestDirectory {
  const directory = makeDirectory();
  for (const writer of ['1', '2']) {
    directory.write(`counter_${writer}.db`, [{ key: JOBS, value: 3 }]);
    directory.write(`histogram_${writer}.db`, [
      { key: { ...bucket(''), sample: 'took_sum', labels: {} } as never, value: 4 },
      { key: bucket('1.0'), value: 2 },
      { key: bucket('+Inf'), value: 1 },
    ]);
  }
  return directory;
}

/** Samples that have an exemplar. */
function shown({ families }: Snapshot): unknown[] {
  return families.flatMap(({ samples }) =>
    samples.flatMap(({ name, labels, exemplar }) =>
      exemplar === undefined
        ? []
        : [[name, ...labels.map(([, value]) => value), exemplar.labels.map(([, value]) => value).join(), exemplar.timestampMs]],
    ),
  );
}

const codes = ({ problems }: Snapshot): string[] => problems.map(({ code, file }) => `${code} ${file}`);

test('the newest exemplar of all writers stands beside a total or a bucket', async () => {
  const directory = countedDirectory();
  directory.writeBytes('1.exemplars', exemplarFile([[JOBS, trace('old', 10)], [bucket('1.0'), trace('b', 7, 0.5)]]));
  directory.writeBytes('2.exemplars', exemplarFile([[bucket('+Inf'), trace('c', 8, 9)], [JOBS, trace('new', 20)]]));
  const snapshot = await createAggregator({ dir: directory.dir }).collect();
  expect(snapshot.problems).toEqual([]);
  expect(shown(snapshot)).toEqual([
    ['jobs_total', 'new', 20_000],
    ['took_bucket', '1.0', 'b', 7000],
    ['took_bucket', '+Inf', 'c', 8000],
  ]);
});

test('a later scrape sees another exemplar, and none where its file is gone; others stay the same objects', async () => {
  const directory = countedDirectory();
  const aggregator = createAggregator({ dir: directory.dir });
  const samples = async (): Promise<unknown[]> =>
    (await aggregator.collect()).families.flatMap((family) => family.samples);
  directory.writeBytes('1.exemplars', exemplarFile([[JOBS, trace('a', 10)], [bucket('1.0'), trace('b', 7, 0.5)]]));
  const first = await samples();
  expect(await samples()).toEqual(first);
  expect((await samples())[0]).toBe(first[0]);
  directory.writeBytes('1.exemplars', exemplarFile([[JOBS, trace('z', 11)], [bucket('1.0'), trace('b', 7, 0.5)]]));
  const second = await samples();
  expect(second[0]).toMatchObject({ exemplar: { labels: [['trace_id', 'z']], value: 1, timestampMs: 11_000 } });
  expect(second[1]).toBe(first[1]);
  directory.writeBytes('1.exemplars', exemplarFile([[JOBS, trace('z', 11)]]));
  expect(shown(await aggregator.collect())).toEqual([['jobs_total', 'z', 11_000]]);
});

test('folded exemplars count by the pointer, as shards do', async () => {
  const directory = countedDirectory();
  directory.writeBytes('folded-1.exemplars', exemplarFile([[JOBS, trace('leftover', 90)]]));
  directory.writeBytes('folded-2.exemplars', exemplarFile([[JOBS, trace('folded', 30)]]));
  directory.writeBytes('1.exemplars', exemplarFile([[JOBS, trace('superseded', 99)]]));
  directory.writePointer({ generation: 2, files: ['folded-2.exemplars'], superseded: ['1.exemplars'] });
  expect(shown(await createAggregator({ dir: directory.dir }).collect())).toEqual([['jobs_total', 'folded', 30_000]]);
});

test('labels that are no identifiers of a trace go by the policy', async () => {
  const directory = countedDirectory();
  const labels = { trace_id: 'someone@example.com', span_id: 'abc', user: 'someone', tenant: 'x' };
  directory.writeBytes('1.exemplars', exemplarFile([[JOBS, { ...trace('', 10), labels }]]));
  const labelPolicy: OutgoingLabelPolicy = {
    checkName: (name) => (name === 'user' ? 'forbidden-name' : undefined),
    checkValue: (_, value) => (value.includes('@') ? { reason: 'email' } : undefined),
  };
  const { families } = await createAggregator({ dir: directory.dir, labelPolicy }).collect();
  expect(families[0]?.samples[0]?.exemplar?.labels).toEqual([
    ['trace_id', '__other__'],
    ['span_id', 'abc'],
    ['tenant', 'x'],
  ]);
});

test('whatever else lies in the directory, the values are served, and each bad file is a problem', async () => {
  const directory = countedDirectory();
  const good = exemplarFile([[JOBS, trace('good', 10)]]);
  const torn = exemplarFile([[JOBS, trace('torn', 99)], [{ ...JOBS, family: 'gone', sample: 'gone_total' }, trace('x', 1)]]);
  const slot = torn.indexOf('{'.charCodeAt(0), 90);
  torn[slot] = 0;
  directory.writeBytes('1.exemplars', good);
  directory.writeBytes('2.exemplars', new Uint8Array(0));
  directory.writeBytes('3.exemplars', good.subarray(0, 60));
  directory.writeBytes('4.exemplars', Buffer.from('nothing of the kind, but long enough'));
  directory.writeBytes('5.exemplars', torn);
  directory.writeBytes('6.exemplars', exemplarFile([[JOBS, { ...trace('nan', 200), value: Number.NaN }]]));
  const notJson = exemplarFile([[JOBS, trace('x', 300)]]);
  notJson[14] = 0;
  directory.writeBytes('7.exemplars', notJson);
  const snapshot = await createAggregator({ dir: directory.dir }).collect();
  expect(codes(snapshot)).toEqual([
    'empty 2.exemplars',
    'truncated 3.exemplars',
    expect.stringMatching(/ 4\.exemplars$/),
  ]);
  expect(shown(snapshot)).toEqual([['jobs_total', 'good', 10_000]]);
  expect(snapshot.families[0]?.samples[0]?.value).toBe(6);
});
