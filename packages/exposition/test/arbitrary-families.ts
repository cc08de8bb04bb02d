import fc from 'fast-check';
import type { Exemplar, LabelPair, MetricFamily, MetricType, Sample } from '../src/index.js';

const anyString = fc.string({ unit: 'grapheme', maxLength: 12 });
const awkwardString = fc
  .array(
    fc.oneof(fc.constantFrom('\\', '"', '\n', '\\n', '\r', '\t', '\0', ' ', '#', '}', ',', '='), anyString),
    {
      maxLength: 6,
    },
  )
  .map((parts) => parts.join(''));

const anyNumber = fc.oneof(
  fc.constantFrom(Number.NaN, Infinity, -Infinity, -0, 0, 1e300, 5e-324, 1e21, -1e-7),
  fc.double(),
  fc.integer(),
);
const countNumber = fc.nat(1_000_000);
const sumNumber = fc.oneof(fc.constantFrom(0, 5e-324, 1e300, Infinity), fc.double({ min: 0, noNaN: true }));
const timestampMs = fc.oneof(fc.integer({ min: -1e13, max: 1e13 }), fc.maxSafeInteger());

const exemplar: fc.Arbitrary<Exemplar> = fc.record(
  {
    labels: fc.string({ maxLength: 20, unit: 'grapheme' }).map((value): LabelPair[] => [['trace_id', value]]),
    value: fc.double({ noNaN: true, max: 1e9 }),
    timestampMs,
  },
  { requiredKeys: ['labels', 'value'] },
);

/** The label sets of a family: the same names throughout, and no two equal. */
const labelSets = fc
  .uniqueArray(fc.constantFrom('a', 'B', '_c', 'queue_name'), { maxLength: 3 })
  .chain((names) =>
    fc
      .uniqueArray(fc.tuple(...names.map(() => awkwardString)), {
        minLength: 0,
        maxLength: names.length === 0 ? 1 : 4,
        selector: (values) => JSON.stringify(values),
      })
      .map((rows) => rows.map((row) => names.map((name, i): LabelPair => [name, row[i] ?? '']))),
  );

/** One sample, with its optional parts only where they are. */
function sample(
  name: string,
  labels: readonly LabelPair[],
  value: number,
  more: Partial<Sample> = {},
): Sample {
  return { name, labels, value, ...more };
}

const time = fc
  .option(timestampMs, { nil: undefined })
  .map((ms) => (ms === undefined ? {} : { timestampMs: ms }));
const withExemplar = fc
  .option(exemplar, { nil: undefined })
  .map((it) => (it === undefined ? {} : { exemplar: it }));

function samplesFor(name: string, type: MetricType, labels: readonly LabelPair[]): fc.Arbitrary<Sample[]> {
  switch (type) {
    case 'counter':
      return fc
        .tuple(sumNumber, time, withExemplar)
        .map(([value, at, more]) => [sample(`${name}_total`, labels, value, { ...at, ...more })]);
    case 'histogram':
      return fc.tuple(fc.array(countNumber, { maxLength: 3 }), sumNumber, time).map(([counts, sum, at]) => {
        let cumulative = 0;
        const buckets = [...counts, 0].map((count, i) => {
          cumulative += count;
          const le = i === counts.length ? '+Inf' : `${i}.5`;
          return sample(`${name}_bucket`, [...labels, ['le', le]], cumulative, at);
        });
        return [
          ...buckets,
          sample(`${name}_sum`, labels, sum, at),
          sample(`${name}_count`, labels, cumulative, at),
        ];
      });
    case 'summary':
      return fc
        .tuple(countNumber, sumNumber, time)
        .map(([count, sum, at]) => [
          sample(name, [...labels, ['quantile', '0.5']], Number.NaN, at),
          sample(`${name}_count`, labels, count, at),
          sample(`${name}_sum`, labels, sum, at),
        ]);
    case 'gauge':
    case 'unknown':
    case 'gaugehistogram':
    case 'info':
    case 'stateset':
      return fc.tuple(anyNumber, time).map(([value, at]) => [sample(name, labels, value, at)]);
  }
}

function familyNamed(name: string): fc.Arbitrary<MetricFamily> {
  return fc
    .tuple(
      fc.constantFrom<MetricType>('counter', 'gauge', 'histogram', 'summary', 'unknown'),
      labelSets,
      awkwardString,
    )
    .chain(([type, sets, help]) =>
      fc
        .tuple(...sets.map((labels) => samplesFor(name, type, labels)))
        .map((samples) => ({ name, type, help, samples: samples.flat() })),
    );
}

/** Families that both formats can carry whole, save for exemplars. */
export const families: fc.Arbitrary<readonly MetricFamily[]> = fc
  .uniqueArray(fc.constantFrom('jobs', 'http:requests', '_x', 'took_seconds', 'Z9'), { maxLength: 4 })
  .chain((names) => fc.tuple(...names.map(familyNamed)));
