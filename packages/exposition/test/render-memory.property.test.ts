import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  ESCAPING_SCHEMES,
  type MetricFamily,
  renderChunks,
  RenderMemory,
  type RenderOptions,
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
          const [text, told] = rendered(snapshot, format, {});
          expect(rendered(snapshot, format, { memory })).toEqual([text, told]);
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
  const alone = [0, 1].map((shift) => [...renderChunks(snapshot(shift), format)].join(''));
  renderChunks(snapshot(2), format, { memory }).next();
  const iterators = [0, 1].map((shift) => renderChunks(snapshot(shift), format, { memory }));
  const texts = ['', ''];
  for (let ended = 0; ended < 2;) {
    ended = 0;
    for (const [i, iterator] of iterators.entries()) {
      const { done, value } = iterator.next();
      if (done === true) ended++;
      else texts[i] += value;
    }
  }
  expect(texts).toEqual(alone);
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

function rendered(
  snapshot: { families: readonly MetricFamily[] },
  format: WireFormat,
  options: RenderOptions,
): [text: string, told: unknown[]] {
  const told: unknown[] = [];
  const pieces = renderChunks(snapshot, format, { ...options, onLeftOut: (leftOut) => told.push(leftOut) });
  return [[...pieces].join(''), told];
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
