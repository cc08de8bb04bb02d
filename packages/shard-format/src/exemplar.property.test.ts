import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { encodeShard } from './encode-shard.js';
import { HEADER_BYTES, USED_OFFSET } from './layout.js';
import { entrySize, writeEntry } from './entry.js';
import {
  decodeExemplars,
  exemplarKey,
  isTraceLabel,
  writeExemplar,
  type StoredExemplar,
} from './exemplar.js';
import { encodeKey } from './series-key.js';

const key = encodeKey({ family: 'jobs', sample: 'jobs_total', labels: { kind: 'é' }, help: 'Jobs.' });

/** A file with one series, and where its value is. */
function fileOf(ofKey: string): { readonly bytes: Uint8Array; readonly valueOffset: number } {
  const text = exemplarKey(ofKey);
  const bytes = new Uint8Array(HEADER_BYTES + entrySize(text.length) + 64);
  const { end, valueOffset } = writeEntry(bytes, HEADER_BYTES, text, 0, 0);
  new DataView(bytes.buffer).setInt32(USED_OFFSET, end, true);
  return { bytes, valueOffset };
}

function exemplar(n: number): StoredExemplar {
  const trace = n.toString(16).padStart(32, '0');
  return { labels: { trace_id: trace, span_id: trace.slice(16) }, value: n, timestamp: 1e9 + n };
}

const read = (bytes: Uint8Array): StoredExemplar | undefined => decodeExemplars(bytes).entries[0]?.exemplar;

describe('an exemplar file', () => {
  test('gives the newest exemplar of each series, and none before there is one', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z]{1,20}$/), fc.nat(9), (family, count) => {
        const ofKey = encodeKey({ family, sample: `${family}_total`, labels: {}, help: '' });
        const { bytes, valueOffset } = fileOf(ofKey);
        for (let n = 1; n <= count; n++) expect(writeExemplar(bytes, valueOffset, exemplar(n), n)).toBe(true);
        const decoded = decodeExemplars(bytes);
        expect(decoded.problem).toBeUndefined();
        expect(decoded.entries.map(({ keyText }) => keyText.trimEnd())).toEqual([ofKey]);
        expect(decoded.entries[0]?.exemplar).toEqual(count === 0 ? undefined : exemplar(count));
      }),
    );
  });

  test('cut off at any byte of a write holds the exemplar before, or the new one, and never a mixture', () => {
    const { bytes, valueOffset } = fileOf(key);
    for (let n = 1; n < 4; n++) writeExemplar(bytes, valueOffset, exemplar(n), n);
    const before = bytes.slice();
    writeExemplar(bytes, valueOffset, { ...exemplar(4), labels: { trace_id: 'f'.repeat(32) } }, 4);
    const seen = new Set<number>();
    for (let cut = 0; cut <= bytes.byteLength; cut++) {
      for (const torn of [
        [...bytes.subarray(0, cut), ...before.subarray(cut)],
        [...before.subarray(0, cut), ...bytes.subarray(cut)],
      ]) {
        const found = read(Uint8Array.from(torn));
        expect([exemplar(3), { ...exemplar(4), labels: { trace_id: 'f'.repeat(32) } }]).toContainEqual(found);
        seen.add(found?.value ?? 0);
      }
    }
    expect(seen).toEqual(new Set([3, 4]));
  });

  test('takes no labels of more than 128 code points, nor more bytes than there are', () => {
    const { bytes, valueOffset } = fileOf(key);
    const withLabel = (value: string): boolean =>
      writeExemplar(bytes, valueOffset, { ...exemplar(1), labels: { ab: value } }, 1);
    expect(withLabel('x'.repeat(126))).toBe(true);
    expect(read(bytes)?.labels).toEqual({ ab: 'x'.repeat(126) });
    expect([
      withLabel('x'.repeat(127)),
      withLabel('\u{1f600}'.repeat(60)),
      withLabel('\0'.repeat(60)),
    ]).toEqual([false, false, false]);
    expect(withLabel('\u{1f600}'.repeat(50))).toBe(true);
  });

  test('never throws, whatever its bytes', () => {
    const { bytes, valueOffset } = fileOf(key);
    writeExemplar(bytes, valueOffset, exemplar(1), 1);
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(bytes.byteLength - 1), fc.nat(255)), { maxLength: 20 }),
        fc.nat(bytes.byteLength),
        (changes, length) => {
          const damaged = bytes.slice();
          for (const [at, byte] of changes) damaged[at] = byte;
          decodeExemplars(damaged.subarray(0, length));
        },
      ),
    );
    fc.assert(fc.property(fc.uint8Array({ maxLength: 3000 }), (any) => void decodeExemplars(any)));
    expect(decodeExemplars(encodeShard([])).entries).toEqual([]);
    const values = encodeShard([{ key: { family: 'a', sample: 'a', labels: {}, help: '' }, value: 1 }]);
    expect(decodeExemplars(values).entries).toEqual([]);
  });
});

test.each([
  ['trace_id', '4bf92f3577b34da6a3ce929d0e0e4736', true],
  ['span_id', '00f067aa0ba902b7', true],
  ['trace_id', '1-5759e988-bd862e3fe1be46a994272793', true],
  ['trace_id', 'someone@example.com', false],
  ['trace_id', '', false],
  ['user_id', '00f067aa0ba902b7', false],
])('the exemplar label %s %s is of a trace: %s', (name, value, expected) => {
  expect(isTraceLabel(name, value)).toBe(expected);
});
