import { encodeKey, parseKey } from '@promshard/shard-format';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PlainKeys } from './plain-key.js';

const text = fc.oneof(
  fc.string({ maxLength: 8 }),
  fc.string({
    unit: fc.constantFrom('"', '\\', '{', '}', '[', ']', ',', ':', ' ', 'a', 'é', '\n'),
    maxLength: 6,
  }),
);
const key = fc.record({
  family: text,
  sample: text,
  labels: fc.dictionary(text, text, { maxKeys: 4, noNullPrototype: true }),
  help: text,
});

/** Reads a key that stands in the middle of other bytes, after those that came before it. */
function readPlain(keys: PlainKeys, source: string): unknown {
  const bytes = Buffer.from(source);
  return keys.read(Buffer.concat([Buffer.from('"['), bytes, Buffer.from(']"')]), 2, 2 + bytes.byteLength);
}

/** What a JSON parser reads, in the form of a plain key. */
function parsed(source: string): unknown {
  const found = parseKey(source);
  if (found === undefined) return undefined;
  const { labels, ...names } = found;
  return { ...names, labels: Object.entries(labels) };
}

test('what is read without a JSON parser is what one reads', () => {
  const keys = new PlainKeys();
  fc.assert(
    fc.property(key, (it) => {
      const source = encodeKey(it);
      const plain = readPlain(keys, source);
      if (plain !== undefined) expect(plain).toEqual(parsed(source));
    }),
    { numRuns: 2000, seed: 11 },
  );
});

test('a key with a few characters changed is read as a JSON parser reads it, or not at all', () => {
  const keys = new PlainKeys();
  const change = fc.record({
    at: fc.nat(200),
    text: fc.constantFrom('"', ', ', ': ', '{', '}', '[', ']', '', 'x'),
  });
  fc.assert(
    fc.property(key, fc.array(change, { minLength: 1, maxLength: 3 }), (it, changes) => {
      let source = encodeKey(it);
      for (const { at, text: put } of changes) {
        const position = at % source.length;
        source = source.slice(0, position) + put + source.slice(position + 1);
      }
      const plain = readPlain(keys, source);
      if (plain !== undefined) expect(plain).toEqual(parsed(source));
    }),
    { numRuns: 5000, seed: 12 },
  );
});

test('nearly all keys are plain', () => {
  const plain = { family: 'jobs', sample: 'jobs_total', labels: { a: 'x y', b: '/r/:id' }, help: 'Jobs.' };
  expect(readPlain(new PlainKeys(), encodeKey(plain))).toEqual({
    family: 'jobs',
    sample: 'jobs_total',
    labels: [
      ['a', 'x y'],
      ['b', '/r/:id'],
    ],
    help: 'Jobs.',
  });
});

test('labels that a key has in common with the key before are the same, in whatever else they differ', () => {
  const keys = new PlainKeys();
  const read = (family: string, labels: Record<string, string>): readonly unknown[] => {
    const bytes = Buffer.from(encodeKey({ family, sample: family, labels, help: '' }));
    return keys.read(bytes, 0, bytes.byteLength)?.labels ?? [];
  };
  const first = read('a', { b: '1', c: '2', d: '3' });
  const second = read('x', { b: '1', c: '22', d: '3', e: '' });
  expect(second).toEqual([
    ['b', '1'],
    ['c', '22'],
    ['d', '3'],
    ['e', ''],
  ]);
  expect(second[0]).toBe(first[0]);
  expect(second[2]).toBe(first[2]);
  // A beginning or an end of what was there is not the same.
  expect(read('xy', { b: '', c: '2', d: '33' })).toEqual([
    ['b', ''],
    ['c', '2'],
    ['d', '33'],
  ]);
});

test('a key of more labels than have room is left to a JSON parser', () => {
  const labels = Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`l${1000 + i}`, 'x']));
  const bytes = Buffer.from(encodeKey({ family: 'a', sample: 'a', labels, help: '' }));
  expect(new PlainKeys().read(bytes, 0, bytes.byteLength)).toBe(undefined);
});
