import { rmSync } from 'node:fs';
import { goFloat, shardFileName, type ShardEntryInput, type ShardKind } from '@promshard/shard-format';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createAggregator } from '../src/index.js';
import { makeDirectory } from './shard-directory.js';

// Integers, so that sums do not depend on the order of adding.
const value = fc.integer({ min: -1000, max: 1000 });
const count = fc.integer({ min: 0, max: 1000 });
const labels = fc.dictionary(
  fc.constantFrom('a', 'b', 'c_d'),
  fc.string({ unit: 'binary', minLength: 1, maxLength: 3 }),
  {
    maxKeys: 2,
    noNullPrototype: true,
  },
);

interface Observation {
  readonly kind:
    | 'counter'
    | 'histogram'
    | 'gauge_sum'
    | 'gauge_max'
    | 'gauge_avg'
    | 'gauge_mostrecent'
    | 'gauge_all';
  readonly writer: number;
  readonly family: string;
  readonly labels: Record<string, string>;
  readonly bound: number;
  readonly value: number;
  readonly timestamp: number;
}

const observation: fc.Arbitrary<Observation> = fc.record({
  kind: fc.constantFrom(
    'counter',
    'histogram',
    'gauge_sum',
    'gauge_max',
    'gauge_avg',
    'gauge_mostrecent',
    'gauge_all',
  ),
  writer: fc.integer({ min: 1, max: 4 }),
  family: fc.constantFrom('x', 'y'),
  labels,
  bound: fc.constantFrom(0.5, 1, 1e6, Infinity),
  value: fc.oneof(value, count),
  timestamp: fc.constantFrom(-1, 1, 2, 3),
});

const KINDS: Readonly<Record<Observation['kind'], ShardKind>> = {
  counter: { kind: 'counter' },
  histogram: { kind: 'histogram' },
  gauge_sum: { kind: 'gauge', mode: 'sum' },
  gauge_max: { kind: 'gauge', mode: 'max' },
  gauge_avg: { kind: 'gauge', mode: 'avg' },
  gauge_mostrecent: { kind: 'gauge', mode: 'mostrecent' },
  gauge_all: { kind: 'gauge', mode: 'all' },
};

/** Families of different kinds must not share a name here: conflicts are not what this is about. */
function entryOf({
  kind,
  family,
  labels: own,
  bound,
  value: number,
  timestamp,
}: Observation): ShardEntryInput {
  const name = `${kind}_${family}`;
  const suffix = kind === 'counter' ? '_total' : kind === 'histogram' ? '_bucket' : '';
  const le = kind === 'histogram' ? { le: goFloat(bound) } : {};
  const key = { family: name, sample: `${name}${suffix}`, labels: { ...own, ...le }, help: 'Help.' };
  return { key, value: number, timestamp };
}

/** The values by series, straight from the rules. */
function model(observations: readonly Observation[]): Record<string, number> {
  const bySeries = new Map<string, Observation[]>();
  const ordered = observations.toSorted((a, b) => a.writer - b.writer);
  for (const it of ordered.filter(({ timestamp }) => timestamp !== -1)) {
    const own = it.kind === 'gauge_all' ? { ...it.labels, pid: `${it.writer}` } : it.labels;
    const bounds =
      it.kind === 'histogram'
        ? [
            ...new Set(ordered.filter((other) => sameHistogram(it, other)).map(({ bound }) => bound)),
            Infinity,
          ]
        : [0];
    const suffix = it.kind === 'counter' ? '_total' : it.kind === 'histogram' ? '_bucket' : '';
    for (const bound of bounds.filter((one) => it.kind !== 'histogram' || one >= it.bound)) {
      const le = it.kind === 'histogram' ? { le: goFloat(bound) } : {};
      const series = seriesOf(`${it.kind}_${it.family}${suffix}`, { ...own, ...le });
      if (!bySeries.has(series)) bySeries.set(series, []);
      if (!(bySeries.get(series) ?? []).includes(it)) bySeries.get(series)?.push(it);
    }
    if (it.kind === 'histogram') {
      const series = seriesOf(`${it.kind}_${it.family}_count`, own);
      bySeries.set(series, [...(bySeries.get(series) ?? []), it]);
    }
  }
  return Object.fromEntries([...bySeries].map(([series, all]) => [series, combine(all)] as const));
}

function combine(all: readonly Observation[]): number {
  const values = all.map((it) => it.value);
  const sum = values.reduce((a, b) => a + b, 0);
  switch (all[0]?.kind) {
    case 'gauge_max':
      return Math.max(...values);
    case 'gauge_avg':
      return sum / values.length;
    case 'gauge_all':
      return values.at(-1) ?? 0;
    case 'gauge_mostrecent':
      return all.reduce((best, it) => (it.timestamp > best.timestamp ? it : best)).value;
    default:
      return sum;
  }
}

function sameHistogram(a: Observation, b: Observation): boolean {
  return (
    b.kind === 'histogram' &&
    b.timestamp !== -1 &&
    a.family === b.family &&
    seriesOf('', a.labels) === seriesOf('', b.labels)
  );
}

function seriesOf(name: string, own: Readonly<Record<string, string>>): string {
  return JSON.stringify([name, Object.entries(own).toSorted(([a], [b]) => (a < b ? -1 : 1))]);
}

test(
  'a snapshot equals the model, from the first on and as writers come, grow and go',
  { timeout: 60_000 },
  async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(observation, { maxLength: 30 }), { minLength: 1, maxLength: 3 }),
        async (rounds) => {
          const directory = makeDirectory();
          const aggregator = createAggregator(directory);
          for (const [round] of rounds.entries()) {
            // Entries are appended from round to round, but a writer whose turn it is goes away with its files.
            const present = rounds
              .slice(0, round + 1)
              .flat()
              .filter(({ writer }) => round === 0 || writer !== round);
            const files = new Map<string, Observation[]>();
            for (const it of present) {
              const name = shardFileName(KINDS[it.kind], `${it.writer}`);
              files.set(name, [...(files.get(name) ?? []), it]);
            }
            for (const it of rounds.flat())
              rmSync(directory.path(shardFileName(KINDS[it.kind], `${round}`)), { force: true });
            for (const [name, observations] of files) directory.write(name, observations.map(entryOf));
            const warm = await aggregator.collect();
            const cold = await createAggregator(directory).collect();
            expect(warm.families).toEqual(cold.families);
            const samples = warm.families.flatMap((family) => family.samples);
            const found = samples.map(
              (sample) =>
                [
                  JSON.stringify([sample.name, sample.labels.toSorted(([a], [b]) => (a < b ? -1 : 1))]),
                  sample.value,
                ] as const,
            );
            expect(new Set(found.map(([series]) => series)).size).toBe(found.length);
            expect(Object.fromEntries(found)).toEqual(model(present));
          }
        },
      ),
      { seed: 7, numRuns: 150 },
    );
  },
);
