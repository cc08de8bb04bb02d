import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LabelIdentity } from './label-identity.js';
import type { Label } from './snapshot.js';

const label = fc.tuple(fc.constantFrom('a', 'b', 'a b'), fc.constantFrom('', 'x', '"', '\\', 'x",b="'));

test('a label set has the same text whatever was written before, and no other label set has', () => {
  // The same objects in other sets and places, as where keys share labels.
  const sets = fc
    .array(label, { minLength: 1, maxLength: 5 })
    .chain((labels) => fc.array(fc.array(fc.constantFrom(...labels), { maxLength: 3 }), { maxLength: 8 }));
  fc.assert(
    fc.property(sets, (labelSets) => {
      const identity = new LabelIdentity();
      const texts = new Map<string, string>();
      for (const labels of labelSets) {
        const text = identity.of(labels);
        expect(text).toBe(new LabelIdentity().of(labels));
        const shown = JSON.stringify(labels.filter(([, value]: Label) => value !== ''));
        expect(texts.get(text) ?? shown).toBe(shown);
        texts.set(text, shown);
      }
    }),
    { numRuns: 1000, seed: 13 },
  );
});
