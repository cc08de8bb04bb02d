import fc from 'fast-check';
import { expect, test } from 'vitest';

import { entryFrame, entrySize, writeEntry } from './entry.js';

test('a key between the two parts of its frame has the bytes of an entry whose numbers are 0', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 70_000 }), (length) => {
      const key = 'k'.repeat(length);
      const written = new Uint8Array(entrySize(length));
      writeEntry(written, 0, key, 0, 0);
      const { before, behind } = entryFrame(length);
      expect(Buffer.from(before + key + behind, 'latin1').equals(written)).toBe(true);
    }),
  );
});
