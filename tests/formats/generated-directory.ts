import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import {
  encodeShard,
  type GaugeMode,
  goFloat,
  type SeriesKey,
  shardFileName,
  type ShardKind,
} from '@promshard/shard-format';
import fc from 'fast-check';

interface Entry {
  readonly key: SeriesKey;
  readonly value: number;
  readonly timestamp: number;
}

/** One writer's shards: the text of a kind, and what it holds. */
type Writer = readonly (readonly [kind: ShardKind, entries: readonly Entry[]])[];

const awkward = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '\\',
        '"',
        '\n',
        '\\n',
        '\r',
        '\t',
        ' ',
        '#',
        '{',
        '}',
        ',',
        '=',
        'é',
        '日本',
        '\u{1f600}',
      ),
      fc.string({ maxLength: 5, unit: 'grapheme' }),
    ),
    { maxLength: 4 },
  )
  .map((parts) => parts.join(''));

const counts = fc.oneof(fc.nat(1000), fc.double({ min: 0, max: 1e12, noNaN: true }));
const anyValue = fc.oneof(
  fc.double(),
  fc.integer(),
  fc.constantFrom(Number.NaN, Infinity, -Infinity, -0, 5e-324, 1e300),
);

/** The label sets of a family: no two equal, in names that need quotes and in names that do not. */
const labelSets = fc.subarray(['queue', 'Kind_2', 'task.name', 'größe'], { maxLength: 3 }).chain((names) =>
  fc
    .uniqueArray(fc.tuple(...names.map(() => awkward)), {
      minLength: 1,
      maxLength: names.length === 0 ? 1 : 5,
      selector: (values) => JSON.stringify(values),
    })
    .map((rows) => rows.map((row) => Object.fromEntries(names.map((name, i) => [name, row[i] ?? ''])))),
);

const MODES: readonly GaugeMode[] = ['all', 'max', 'min', 'sum', 'mostrecent', 'livesum', 'avg'];
const BOUNDS = [0.005, 0.1, 1, 2.5, 1e6, Infinity];

function entry(
  family: string,
  sample: string,
  labels: Record<string, string>,
  help: string,
  value: number,
): Entry {
  return { key: { family, sample, labels, help }, value, timestamp: 1_700_000_000 };
}

/** What one family puts into the shards of three writers. */
function familyNamed(name: string): fc.Arbitrary<readonly Writer[]> {
  const perWriter = <T>(values: fc.Arbitrary<T>): fc.Arbitrary<T[]> =>
    fc.array(values, { minLength: 3, maxLength: 3 });
  return fc
    .tuple(fc.constantFrom('counter', 'gauge', 'histogram', 'summary'), labelSets, awkward)
    .chain(([kind, sets, help]) => {
      switch (kind) {
        case 'counter':
          return perWriter(fc.tuple(...sets.map(() => counts))).map((rows) =>
            rows.map((row): Writer => [
              [{ kind }, sets.map((labels, i) => entry(name, `${name}_total`, labels, help, row[i] ?? 0))],
            ]),
          );
        case 'gauge':
          return fc
            .tuple(fc.constantFrom(...MODES), perWriter(fc.tuple(...sets.map(() => anyValue))))
            .map(([mode, rows]) =>
              rows.map((row): Writer => [
                [{ kind, mode }, sets.map((labels, i) => entry(name, name, labels, help, row[i] ?? 0))],
              ]),
            );
        case 'histogram':
          return perWriter(
            fc.tuple(...sets.map(() => fc.array(fc.nat(50), { minLength: 6, maxLength: 6 }))),
          ).map((rows) =>
            rows.map((row): Writer => [
              [
                { kind },
                sets.flatMap((labels, i) => [
                  entry(
                    name,
                    `${name}_sum`,
                    labels,
                    help,
                    (row[i] ?? []).reduce((sum, count) => sum + count, 0),
                  ),
                  ...BOUNDS.map((bound, at) =>
                    entry(name, `${name}_bucket`, { ...labels, le: goFloat(bound) }, help, row[i]?.[at] ?? 0),
                  ),
                ]),
              ],
            ]),
          );
        case 'summary':
          return perWriter(fc.tuple(...sets.map(() => fc.nat(1000)))).map((rows) =>
            rows.map((row): Writer => [
              [
                { kind },
                sets.flatMap((labels, i) => [
                  entry(name, `${name}_count`, labels, help, row[i] ?? 0),
                  entry(name, `${name}_sum`, labels, help, (row[i] ?? 0) * 1.5),
                ]),
              ],
            ]),
          );
      }
    });
}

const directories = fc
  .subarray(['jobs', 'http:requests', '_x', 'took_seconds', 'http.jobs', 'größe.seconds', 'U__odd'], {
    minLength: 1,
  })
  .chain((names) => fc.tuple(...names.map(familyNamed)));

/** Shards of three writers each, the same in every run. */
export function generateDirectories(count: number, makeDirectory: () => string): readonly string[] {
  return fc.sample(directories, { numRuns: count, seed: 20_261_122 }).map((families) => {
    const dir = makeDirectory();
    for (const writer of [0, 1, 2]) {
      const shards = new Map<string, Entry[]>();
      for (const family of families) {
        for (const [kind, entries] of family[writer] ?? []) {
          const file = shardFileName(kind, `${1000 + writer}-${writer.toString(16).padStart(16, '0')}`);
          shards.set(file, [...(shards.get(file) ?? []), ...entries]);
        }
      }
      for (const [file, entries] of shards) writeFileSync(join(dir, file), encodeShard(entries));
    }
    return dir;
  });
}
