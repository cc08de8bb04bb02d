import fc from 'fast-check';
import { expect, test } from 'vitest';

import { newLine } from './line.js';
import { Pace } from './pace.js';
import { PlainSamples } from './plain-samples.js';
import { SlotTable } from './slot-table.js';

const PACE = new Pace(0);

/** What each of the series is at one scrape: fed with a value or not, and with an exemplar or not. */
const scrape = fc.array(
  fc.record({
    value: fc.option(fc.constantFrom(0, -0, 1, 2, NaN, Infinity), { nil: undefined }),
    exemplar: fc.option(fc.constantFrom(1, 2), { nil: undefined }),
  }),
  { minLength: 6, maxLength: 6 },
);

const EXEMPLARS = [1, 2].map((value) => ({ labels: [['trace_id', `${value}`]] as const, value }));

test.each([false, true])(
  'whatever comes, goes and changes, each fed series has one sample that is right; exemplars: %s',
  async (haveExemplars) => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(scrape, { minLength: 1, maxLength: 8 }),
        fc.integer({ min: 0, max: 8 }),
        async (scrapes, rearrangedAt) => {
          const slots = new SlotTable();
          const series = Array.from({ length: 6 }, (_, i) => ({
            ...newLine(`n${i}`, []),
            slot: slots.add(),
          }));
          // The order of the output is not the order in which the series came.
          series.reverse();
          const plain = new PlainSamples(slots, (slot) => slots.value(slot, 'last'));
          plain.arrange(series);
          let before: readonly unknown[] = [];
          for (const [round, states] of scrapes.entries()) {
            if (round === rearrangedAt) plain.arrange(series);
            slots.clear();
            const expected: unknown[] = [];
            for (const [i, line] of series.entries()) {
              const { value, exemplar } = states[i] ?? {};
              line.exemplar = haveExemplars && exemplar !== undefined ? EXEMPLARS[exemplar - 1] : undefined;
              if (value === undefined) continue;
              slots.feed(
                Float64Array.of(value),
                { floatIndexes: Int32Array.of(0), slots: Int32Array.of(line.slot), hasTimestamps: false },
                'last',
                { from: 0, to: 1 },
              );
              const shown = line.exemplar === undefined ? {} : { exemplar: line.exemplar };
              expected.push({ name: line.name, labels: [], value, ...shown });
            }
            const samples = await plain.take(haveExemplars, PACE);
            expect(samples).toEqual(expected);
            const isSame = samples.length === before.length && samples.every((each, i) => each === before[i]);
            if (isSame && round !== rearrangedAt) expect(samples).toBe(before);
            before = samples;
          }
        },
      ),
    );
  },
);

test('what did not change is the same sample, and the same array if nothing did', async () => {
  const slots = new SlotTable();
  const series = [0, 1].map((i) => ({ ...newLine(`n${i}`, []), slot: slots.add() }));
  const plain = new PlainSamples(slots, (slot) => slots.value(slot, 'sum'));
  plain.arrange(series);
  const feed = (...values: number[]): void => {
    slots.clear();
    const all = { floatIndexes: Int32Array.of(0, 1), slots: Int32Array.of(0, 1), hasTimestamps: false };
    slots.feed(Float64Array.from(values), all, 'sum', { from: 0, to: values.length });
  };
  feed(1, 1);
  const first = await plain.take(false, PACE);
  feed(1, 1);
  expect(await plain.take(false, PACE)).toBe(first);
  feed(1, 2);
  const second = await plain.take(false, PACE);
  expect(second[0]).toBe(first[0]);
  expect(second[1]).toEqual({ name: 'n1', labels: [], value: 2 });
});
