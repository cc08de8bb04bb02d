import { encodeKey } from '@promshard/shard-format';
import fc from 'fast-check';
import { expect, test } from 'vitest';

import { SeriesKeys } from './series-keys.js';

test('keys are those that encodeKey writes', () => {
  const labelNames = ['a', 'kind', 'Z', '_x', 'é', 'constructor'];
  const text = fc.string({ unit: 'binary' });
  const labels = fc.dictionary(fc.constantFrom(...labelNames), fc.oneof(text, fc.string()));
  fc.assert(
    fc.property(labels, text, text, (given, family, help) => {
      const samples = [`${family}_count`, `${family}_sum`];
      const keys = new SeriesKeys(family, samples, help, labelNames).of(given);
      expect(keys).toEqual(samples.map((sample) => encodeKey({ family, sample, labels: given, help })));
    }),
  );
});
