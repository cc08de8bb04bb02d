import { decodeShard, encodeKey, goFloat, HEADER_BYTES, USED_OFFSET } from '@promshard/shard-format';
import fc from 'fast-check';
import { expect, test } from 'vitest';

import { BucketKeys } from './bucket-keys.js';
import { cellEntries, type CellEntries } from './cell-entries.js';
import { SeriesKeys } from './series-keys.js';

/** Entries as they lie in a file, where each value is, and what a reader makes of them. */
function written(entries: CellEntries) {
  const bytes = Buffer.alloc(HEADER_BYTES + entries.byteLength, 0xee);
  entries.writeTo(bytes, HEADER_BYTES);
  bytes.fill(0, 0, HEADER_BYTES).writeInt32LE(bytes.length, USED_OFFSET);
  const { entries: read, problems } = decodeShard(bytes);
  const valueOffsets = [...entries.offsets].map((offset) => HEADER_BYTES + 8 * (entries.first + offset));
  return { bytes: bytes.toString('latin1'), valueOffsets, read, problems };
}

const names = ['a', 'kind', 'ld', 'lf', 'z', 'Z', '_x', 'é', 'constructor'];
const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string(),
  fc.nat(2000).map((length) => 'x'.repeat(length)),
);
const labels = fc.dictionary(fc.constantFrom(...names), text);

test('entries from a template are those of their keys, byte for byte, the first time and later', () => {
  fc.assert(
    fc.property(fc.array(labels, { minLength: 1 }), text, text, (sets, family, help) => {
      const bounds = [0.5, 1, 1e6];
      const buckets = new BucketKeys(family, help, Float64Array.from(bounds), names);
      const series = new SeriesKeys(family, ['_count', '_sum'], help, names);
      for (const set of [...sets, ...sets]) {
        const bucketKeys = [
          encodeKey({ family, sample: `${family}_sum`, labels: set, help }),
          ...[...bounds, Infinity].map((bound) =>
            encodeKey({ family, sample: `${family}_bucket`, labels: { ...set, le: goFloat(bound) }, help }),
          ),
        ];
        const seriesKeys = ['_count', '_sum'].map((sample) =>
          encodeKey({ family, sample, labels: set, help }),
        );
        for (const [writer, keys] of [
          [buckets, bucketKeys],
          [series, seriesKeys],
        ] as const) {
          const { bytes, valueOffsets, read, problems } = written(writer.entriesOf(set));
          expect(problems).toEqual([]);
          expect(read.map(({ keyText, value, timestamp }) => [keyText, value, timestamp])).toEqual(
            keys.map((key) => [key, 0, 0]),
          );
          expect(valueOffsets).toEqual(read.map(({ valueOffset }) => valueOffset));
          expect(bytes).toBe(written(cellEntries(keys)).bytes);
        }
      }
    }),
  );
});
