import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { decodeShard } from './decode-shard.js';
import { encodeShard } from './encode-shard.js';

const text = fc.string({ unit: 'binary', maxLength: 40 });
const entry = fc.record({
  key: fc.record({
    family: text,
    sample: text,
    labels: fc.dictionary(text, text, { maxKeys: 5, noNullPrototype: true }),
    help: text,
  }),
  value: fc.double(),
  timestamp: fc.double(),
});

test('whatever is encoded comes back', () => {
  fc.assert(
    fc.property(fc.array(entry, { maxLength: 20 }), (entries) => {
      const decoded = decodeShard(encodeShard(entries));
      expect(decoded.problems).toEqual([]);
      expect(decoded.entries.map(({ key, value, timestamp }) => ({ key, value, timestamp }))).toEqual(
        entries,
      );
    }),
  );
});

test('random bytes never throw, and end within the file', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
      expect(decodeShard(bytes).end).toBeLessThanOrEqual(bytes.length);
    }),
  );
});

test('a good file with some bytes changed, cut or repeated never throws, and gives no value that lies outside it', () => {
  const change = fc.record({ at: fc.nat(), byte: fc.nat(255) });
  fc.assert(
    fc.property(fc.array(entry, { minLength: 1 }), fc.array(change), fc.nat(), (entries, changes, cut) => {
      const bytes = encodeShard(entries);
      for (const { at, byte } of changes) bytes[at % bytes.length] = byte;
      const cutBytes = bytes.subarray(0, cut % (bytes.length + 1));
      for (const decoded of [decodeShard(bytes), decodeShard(cutBytes)]) {
        expect(decoded.entries.every((found) => found.valueOffset + 8 <= bytes.length)).toBe(true);
      }
    }),
    { numRuns: 500 },
  );
});
