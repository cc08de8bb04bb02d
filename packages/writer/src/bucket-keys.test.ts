import { encodeKey, goFloat } from '@promshard/shard-format';
import fc from 'fast-check';
import { expect, test } from 'vitest';

import { BucketKeys } from './bucket-keys.js';

test('keys are those that encodeKey writes one by one', () => {
  const bounds = [0.5, 1, 1e6];
  const labelNames = ['a', 'kind', 'ld', 'lf', 'z', 'Z', '_x'];
  const name = fc.constantFrom(...labelNames);
  fc.assert(
    fc.property(fc.dictionary(name, fc.string({ unit: 'binary' })), fc.string(), (labels, help) => {
      const family = 'f';
      const keys = new BucketKeys(family, help, Float64Array.from(bounds), labelNames).of(labels);
      expect(keys).toEqual([
        encodeKey({ family, sample: 'f_sum', labels, help }),
        ...[...bounds, Infinity].map((bound) =>
          encodeKey({ family, sample: 'f_bucket', labels: { ...labels, le: goFloat(bound) }, help }),
        ),
      ]);
    }),
  );
});
