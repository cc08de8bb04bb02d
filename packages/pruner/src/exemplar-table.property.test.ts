import { decodeExemplars, encodeKey, type StoredExemplar } from '@promshard/shard-format';
import fc from 'fast-check';
import { expect, test } from 'vitest';

import { ExemplarTable } from './exemplar-table.js';
import { exemplarFile } from '../test/exemplar-file.js';

const keys = ['a', 'bb', 'ccc'].map((family) =>
  encodeKey({ family, sample: `${family}_total`, labels: { é: 'x' }, help: '' }),
);
const exemplar = fc.record({
  key: fc.constantFrom(...keys),
  timestamp: fc.integer({ min: 1, max: 9 }),
  value: fc.integer({ min: 0, max: 1000 }),
});

function contents(file: Uint8Array): Record<string, StoredExemplar | undefined> {
  const { entries, problem } = decodeExemplars(file);
  expect(problem).toBeUndefined();
  return Object.fromEntries(entries.map(({ keyText, exemplar: own }) => [keyText.trimEnd(), own]));
}

test('the newest exemplar of each series goes on, however the files are folded', () => {
  fc.assert(
    fc.property(
      fc.array(fc.array(exemplar, { maxLength: 4 }), { maxLength: 5 }),
      fc.nat(5),
      (writers, cut) => {
        const files = writers.map((some) =>
          exemplarFile(some.map(({ key, ...own }) => [key, { labels: { trace_id: key }, ...own }])),
        );
        const fold = (some: readonly Uint8Array[]): Uint8Array => {
          const table = new ExemplarTable();
          for (const file of some) expect(table.addFile(file)).toBeUndefined();
          const encoded = table.encode();
          expect(encoded.byteLength).toBe(table.bytes);
          expect(Object.keys(contents(encoded))).toHaveLength(table.size);
          return encoded;
        };
        const atOnce = contents(fold(files));
        expect(contents(fold([fold(files.slice(0, cut)), ...files.slice(cut)]))).toEqual(atOnce);
        for (const key of keys) {
          const latest = Math.max(
            ...writers
              .flat()
              .filter((own) => own.key === key)
              .map(({ timestamp }) => timestamp),
          );
          expect(atOnce[key]?.timestamp ?? -Infinity).toBe(latest);
        }
      },
    ),
  );
});

test('a damaged file gives what is whole of it, and is no reason to stay', () => {
  const [first = '', second = ''] = keys;
  const own = { labels: { trace_id: 'a' }, value: 1, timestamp: 5 };
  const file = exemplarFile([
    [first, own],
    [second, own],
  ]);
  const table = new ExemplarTable();
  expect(table.addFile(file.subarray(0, file.byteLength - 9))).toBeUndefined();
  expect(table.addFile(new Uint8Array(0))).toBeUndefined();
  expect(table.addFile(Buffer.from('no exemplar file at all'))).toBeUndefined();
  expect(contents(table.encode())).toEqual({ [first]: own });
});
