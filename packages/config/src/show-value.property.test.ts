import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { showValue } from './show-value.js';

test('every text is shown on one line, bounded, without invisible characters', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
      const shown = showValue(text);
      expect(shown).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/u);
      expect(shown.length).toBeLessThanOrEqual(80 + '""… (300 characters)'.length);
    }),
  );
});

test('the password of a URL never appears', () => {
  const word = fc.string({ unit: fc.constantFrom(...'a b X 0 9 : / ? # @ %'.split(' ')), maxLength: 20 });
  fc.assert(
    fc.property(fc.constantFrom('postgres', 'redis', 'https'), word, word, (scheme, before, after) => {
      expect(showValue(`${scheme}://app:${before}HUNTER2${after}@db.example.com/app`)).not.toContain(
        'HUNTER2',
      );
    }),
  );
});
