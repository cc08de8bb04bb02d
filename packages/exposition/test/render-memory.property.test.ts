import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  ESCAPING_SCHEMES,
  type LabelPair,
  type MetricFamily,
  renderBytes,
  renderChunks,
  RenderMemory,
  type Sample,
  type WireFormat,
} from '../src/index.js';
import { families } from './arbitrary-families.js';

const formats: readonly WireFormat[] = [
  { format: 'text', version: '0.0.4' },
  { format: 'openmetrics', version: '1.0.0' },
  ...ESCAPING_SCHEMES.flatMap((escaping): WireFormat[] => [
    { format: 'text', version: '1.0.0', escaping },
    { format: 'openmetrics', version: '1.0.0', escaping },
  ]),
];

/** Families with everything that makes a line depend on more than its labels and its value. */
const awkward = fc
  .tuple(families, fc.constantFrom('jobs', 'took_seconds', 'a.b', 'a_b'))
  .map(([given, name]) =>
    given.map((family, i) => {
      const samples = family.samples.flatMap((sample): Sample[] => [
        sample,
        // Text sets these apart; and names that are of no type.
        ...(i % 2 === 0 ? [{ ...sample, name: `${family.name}_created` }] : []),
        ...(i % 3 === 0 ? [{ ...sample, name: `${family.name}_other` }] : []),
        { ...sample, labels: [...sample.labels, ['b.c', 'x'], ['b_c', 'y']] },
      ]);
      return i === 1 ? renamed({ ...family, samples }, name) : { ...family, samples };
    }),
  );

test('a memory changes nothing but the time, whatever was rendered with it before', () => {
  fc.assert(
    fc.property(
      fc.array(awkward, { minLength: 1, maxLength: 3 }),
      fc.array(fc.record({ which: fc.nat(), format: fc.constantFrom(...formats), change: fc.nat(3) }), {
        minLength: 2,
        maxLength: 8,
      }),
      fc.constantFrom(0, 1000, 1_000_000),
      (snapshots, renderings, maxBytes) => {
        const memory = new RenderMemory({ maxBytes });
        for (const { which, format, change } of renderings) {
          const snapshot = { families: changed(snapshots[which % snapshots.length] ?? [], change) };
          const expected = written(snapshot, format);
          expect(rendered(snapshot, format)).toEqual(expected);
          expect(rendered(snapshot, format, memory)).toEqual(expected);
        }
      },
    ),
  );
});

test('two renderings with one memory may take turns, and one may be given up', () => {
  const labels = Array.from({ length: 5000 }, (_, i) => [['a', `${i}`]] as const);
  const snapshot = (shift: number): { families: MetricFamily[] } => {
    const samples = labels.map((pairs, i) => ({ name: 'g', labels: pairs, value: i + shift }));
    return { families: [{ name: 'g', type: 'gauge', help: '', samples }] };
  };
  const memory = new RenderMemory();
  const format: WireFormat = { format: 'text', version: '0.0.4' };
  const alone = [0, 1].map((shift) => written(snapshot(shift), format)[0]);
  renderBytes(snapshot(2), format, { memory }).next();
  const iterators = [0, 1].map((shift) => renderBytes(snapshot(shift), format, { memory }));
  const texts = ['', ''];
  for (let ended = 0; ended < 2;) {
    ended = 0;
    for (const [i, iterator] of iterators.entries()) {
      const { done, value } = iterator.next();
      if (done === true) ended++;
      else texts[i] += textOf([value]);
    }
  }
  expect(texts).toEqual(alone);
});

test.each([
  ['the same digits', (i: number) => 1000 + i, (i: number) => (i % 10 === 0 ? 9999 : 1000 + i)],
  ['more digits', (i: number) => i, (i: number) => (i % 7 === 0 ? i + 0.125 : i)],
  ['fewer digits', (i: number) => i + 0.125, (i: number) => (i % 3 === 0 ? 0 : i + 0.125)],
  ['other digits of all', (i: number) => i / 3, (i: number) => i / 7],
])(
  'lines of a thousand samples are right where values change to %s, back, and among more and fewer',
  (_, one, other) => {
    const samples = Array.from({ length: 1000 }, (_sample, i): Sample => {
      // Some lines depend on the format, some are not written, some are long, some no ASCII.
      const labels: [string, string][] = [['a', i % 97 === 0 ? 'ü'.repeat(i) : `${i}`]];
      if (i % 131 === 0) labels.push(['b.c', 'x']);
      if (i % 151 === 0) labels.push(['a', 'twice']);
      const timestampMs = i % 173 === 0 ? { timestampMs: i } : {};
      return { name: i % 199 === 0 ? 'g_other' : 'g', labels, value: one(i), ...timestampMs };
    });
    const others = samples.map((sample, i) =>
      other(i) === sample.value ? sample : { ...sample, value: other(i) },
    );
    const memory = new RenderMemory();
    for (const given of [
      samples,
      others,
      samples,
      others.slice(0, 700),
      others,
      samples.slice(3),
      [...others.slice(0, 500), ...samples.slice(200)],
      [],
      samples,
    ]) {
      const snapshot = { families: [{ name: 'g', type: 'gauge' as const, help: 'G.', samples: given }] };
      for (const format of formats)
        expect(rendered(snapshot, format, memory)).toEqual(written(snapshot, format));
    }
  },
);

test('labels are not looked at again, whether values get longer or shorter, or samples come behind them', () => {
  let looks = 0;
  const labels = Array.from({ length: 5000 }, (_, i): LabelPair[] => [
    Object.defineProperty(['a', ''] as [string, string], 1, {
      get: () => {
        looks++;
        return `${i}`;
      },
    }),
  ]);
  const memory = new RenderMemory();
  const render = (valueOf: (i: number) => number, count: number): number => {
    const samples = labels
      .slice(0, count)
      .map((pairs, i) => ({ name: 'g', labels: pairs, value: valueOf(i) }));
    const snapshot = { families: [{ name: 'g', type: 'gauge' as const, help: '', samples }] };
    looks = 0;
    textOf(renderBytes(snapshot, { format: 'text', version: '0.0.4' }, { memory }));
    return looks;
  };
  expect(render((i) => i, 4000)).toBeGreaterThan(0);
  expect(render((i) => i / 7, 4000)).toBe(0);
  expect(render(() => 1, 4000)).toBe(0);
  expect(render(() => 2, 5000)).toBe(1000);
});

test('what is remembered stays within its bound, and what was not for want of room is written right', () => {
  const labels = Array.from({ length: 20_000 }, (_, i) => [['a', `${i}`]] as const);
  const snapshot = (value: number, count: number): { families: MetricFamily[] } => {
    const samples = labels.slice(0, count).map((pairs) => ({ name: 'g', labels: pairs, value }));
    return { families: [{ name: 'g', type: 'gauge', help: '', samples }] };
  };
  const format: WireFormat = { format: 'text', version: '0.0.4' };
  const memory = new RenderMemory({ maxBytes: 200_000 });
  for (const [value, count] of [
    [1, 20_000],
    [2, 20_000],
    [3, 100],
    [4, 20_000],
  ] as const) {
    expect(rendered(snapshot(value, count), format, memory)).toEqual(written(snapshot(value, count), format));
    const lines = memory.linesOf({ name: 'g', type: 'gauge', help: '', samples: [] });
    expect(lines.bytes).toBeLessThanOrEqual(200_000);
    expect(lines.bytes).toBeGreaterThan(count === 100 ? 1000 : 150_000);
  }
});

test('pieces are about 64 Ki characters, and a piece more is made only when it is asked for', () => {
  let read = 0;
  const samples = Array.from({ length: 20_000 }, (_, i) => ({
    name: 'g',
    get labels() {
      read++;
      return [['a', `${i}`]] as const;
    },
    value: i,
  }));
  const pieces = renderChunks(
    { families: [{ name: 'g', type: 'gauge', help: '', samples }] },
    { format: 'text', version: '0.0.4' },
  );
  const first = pieces.next().value ?? '';
  expect(first.length).toBeGreaterThanOrEqual(65_536);
  expect(first.length).toBeLessThan(66_000);
  expect(read).toBeLessThan(20_000);
  pieces.return();
  const readThen = read;
  expect(pieces.next().done).toBe(true);
  expect(read).toBe(readThen);
});

/** As strings, and what was told. */
function written(
  snapshot: { families: readonly MetricFamily[] },
  format: WireFormat,
): [text: string, told: unknown[]] {
  const told: unknown[] = [];
  const pieces = renderChunks(snapshot, format, { onLeftOut: (leftOut) => told.push(leftOut) });
  return [[...pieces].join(''), told];
}

/** The same by way of bytes. */
function rendered(
  snapshot: { families: readonly MetricFamily[] },
  format: WireFormat,
  memory?: RenderMemory,
): [text: string, told: unknown[]] {
  const told: unknown[] = [];
  const onLeftOut = (leftOut: unknown): unknown => told.push(leftOut);
  const pieces = renderBytes(snapshot, format, { onLeftOut, ...(memory === undefined ? {} : { memory }) });
  return [textOf(pieces), told];
}

function textOf(pieces: Iterable<Uint8Array>): string {
  return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat([...pieces]));
}

/** The same families with the same label arrays, and something that is not. */
function changed(given: readonly MetricFamily[], change: number): MetricFamily[] {
  return given.map((family, i) => {
    if (change === 0) return family;
    if (change === 1)
      return { ...family, samples: family.samples.map((it) => ({ ...it, value: it.value + 1 })) };
    if (change === 2) return { ...family, samples: family.samples.slice(i) };
    return { ...family, type: family.type === 'gauge' ? 'counter' : 'gauge' };
  });
}

function renamed(family: MetricFamily, name: string): MetricFamily {
  const samples = family.samples.map((sample) => ({
    ...sample,
    name: name + sample.name.slice(family.name.length),
  }));
  return { ...family, name, samples };
}
