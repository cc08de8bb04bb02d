import {
  binSuffix,
  coarserIndex,
  finestIndex,
  quantileSuffix,
  SKETCH_FINEST_SCALE,
  type ShardEntryInput,
} from '@promshard/shard-format';
import { expect, test } from 'vitest';

import { createAggregator, type Snapshot } from '../src/index.js';
import { makeDirectory } from './shard-directory.js';

const asks = (quantile: number, family = 'took'): ShardEntryInput => ({
  key: { family, sample: `${family}${quantileSuffix(quantile)}`, labels: {}, help: 'Time.' },
  value: 0,
});

function bin(value: number, count: number, labels: Record<string, string> = {}, scale = 5): ShardEntryInput {
  const index = coarserIndex(finestIndex(Math.abs(value)), SKETCH_FINEST_SCALE - scale);
  const sign = value > 0 ? 1 : -1;
  const suffix = binSuffix({ sign: value === 0 ? 0 : sign, scale, index });
  return { key: { family: 'took', sample: `took${suffix}`, labels, help: '' }, value: count };
}

const total = (suffix: 'sum' | 'count', value: number, labels: Record<string, string> = {}) => ({
  key: { family: 'took', sample: `took_${suffix}`, labels, help: 'Time.' },
  value,
});

/** Lines as `name labels value`, the value rounded to what the sketch promises. */
function lines({ families }: Snapshot): string[] {
  return families.flatMap(({ type, samples }) =>
    samples.map(
      ({ name, labels, value }) =>
        `${type} ${name}{${labels.map(([label, text]) => `${label}=${text}`).join()}} ${Number(value.toPrecision(2))}`,
    ),
  );
}

const codes = ({ problems }: Snapshot): string[] => problems.map(({ code, file }) => `${code} ${file}`);

test('a summary shows the quantiles of all writers together, before its count and its sum', async () => {
  const directory = makeDirectory();
  directory.write('summary_1.db', [total('count', 99), total('sum', 99)]);
  directory.write('sketch_1.shard', [asks(0.5), asks(0.99), bin(1, 99)]);
  directory.write('summary_2.db', [total('count', 1), total('sum', 100)]);
  directory.write('sketch_2.shard', [asks(1), bin(100, 1)]);
  const snapshot = await createAggregator({ dir: directory.dir }).collect();
  expect(snapshot.problems).toEqual([]);
  expect(snapshot.families.map(({ name, help }) => [name, help])).toEqual([['took', 'Time.']]);
  expect(lines(snapshot)).toEqual([
    'summary took{quantile=0.5} 0.99',
    'summary took{quantile=0.99} 0.99',
    'summary took{quantile=1.0} 100',
    'summary took_count{} 100',
    'summary took_sum{} 200',
  ]);
});

test('each label set has quantiles of its own, and one without values has none', async () => {
  const directory = makeDirectory();
  directory.write('summary_1.db', [
    total('count', 1, { a: 'x' }),
    total('sum', 8, { a: 'x' }),
    total('count', 0),
    total('sum', 0),
  ]);
  directory.write('sketch_1.shard', [
    asks(0.5),
    bin(8, 1, { a: 'x' }),
    bin(8, 0),
    bin(-3, 2, { a: 'y' }),
    bin(0, 1, { a: 'z' }),
  ]);
  expect(lines(await createAggregator({ dir: directory.dir }).collect())).toEqual([
    'summary took{a=x,quantile=0.5} 7.9',
    'summary took_count{a=x} 1',
    'summary took_sum{a=x} 8',
    'summary took{a=y,quantile=0.5} -3',
    'summary took{a=z,quantile=0.5} 0',
    'summary took_count{} 0',
    'summary took_sum{} 0',
  ]);
});

test('a later scrape sees new values in old and in new bins, and in bins of a coarser scale', async () => {
  const directory = makeDirectory();
  const aggregator = createAggregator({ dir: directory.dir });
  const scrape = async (...bins: readonly ShardEntryInput[]): Promise<string[]> => {
    directory.write('sketch_1.shard', [asks(0.5), ...bins]);
    return lines(await aggregator.collect());
  };
  expect(await scrape(bin(4, 3))).toEqual(['summary took{quantile=0.5} 4']);
  expect(await scrape(bin(4, 3), bin(16, 4))).toEqual(['summary took{quantile=0.5} 16']);
  expect(await scrape(bin(4, 5), bin(16, 4))).toEqual(['summary took{quantile=0.5} 4']);
  expect(await scrape(bin(4, 5), bin(16, 4), bin(70, 100, {}, 0))).toEqual(['summary took{quantile=0.5} 85']);
  expect(await scrape(bin(4, 5), bin(16, 4), bin(70, 0, {}, 0))).toEqual(['summary took{quantile=0.5} 4']);
});

test('bins without a quantile that is asked for, or of a family that is none, show nothing', async () => {
  const directory = makeDirectory();
  directory.write('counter_1.db', [
    { key: { family: 'took', sample: 'took_total', labels: {}, help: 'Time.' }, value: 1 },
  ]);
  directory.write('sketch_1.shard', [bin(4, 3)]);
  expect(lines(await createAggregator({ dir: directory.dir }).collect())).toEqual(['counter took_total{} 1']);
  directory.write('sketch_2.shard', [asks(0.5)]);
  const snapshot = await createAggregator({ dir: directory.dir }).collect();
  expect(lines(snapshot)).toEqual(['counter took_total{} 1']);
  expect(codes(snapshot)).toEqual(['type-conflict sketch_2.shard']);
});

test('entries that no sketch has are problems, and counts that are none are passed over', async () => {
  const directory = makeDirectory();
  const named = (suffix: string, labels: Record<string, string> = {}): ShardEntryInput => ({
    key: { family: 'took', sample: `took${suffix}`, labels, help: '' },
    value: 1,
  });
  directory.write('sketch_1.shard', [
    asks(0.5),
    named('_bin9p3'),
    named('_count'),
    named(''),
    named('_bin0', { quantile: '0.5' }),
    named('_quantile7'),
  ]);
  directory.write('sketch_2.shard', [
    ...[Number.NaN, Infinity, -Infinity, -7].map((count) => bin(3, count)),
    bin(5, 0.5),
  ]);
  directory.writeBytes('sketch_3.shard', Buffer.from('not a shard at all'));
  directory.writeBytes('sketch.shard', Buffer.from('not a shard at all'));
  const snapshot = await createAggregator({ dir: directory.dir }).collect();
  expect(codes(snapshot)).toEqual([
    'foreign-file sketch.shard',
    ...Array.from({ length: 5 }, () => 'bad-sample sketch_1.shard'),
    'too-large sketch_3.shard',
  ]);
  expect(lines(snapshot)).toEqual(['summary took{quantile=0.5} 5']);
});
