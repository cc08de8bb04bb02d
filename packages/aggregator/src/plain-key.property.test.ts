import { encodeKey, parseKey } from '@promshard/shard-format';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readPlainKey } from './plain-key.js';

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

/** What a JSON parser reads, in the form of a plain key. */
function parsed(source: string): unknown {
  const found = parseKey(source);
  if (found === undefined) return undefined;
  const { labels, ...names } = found;
  return { ...names, labelNames: Object.keys(labels), labelValues: Object.values(labels) };
}

test('what is read without a JSON parser is what one reads', () => {
  fc.assert(
    fc.property(key, (it) => {
      const source = encodeKey(it);
      const plain = readPlainKey(source);
      if (plain !== undefined) expect(plain).toEqual(parsed(source));
    }),
    { numRuns: 2000, seed: 11 },
  );
});

test('a key with a few characters changed is read as a JSON parser reads it, or not at all', () => {
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
      const plain = readPlainKey(source);
      if (plain !== undefined) expect(plain).toEqual(parsed(source));
    }),
    { numRuns: 5000, seed: 12 },
  );
});

test('nearly all keys are plain', () => {
  const plain = { family: 'jobs', sample: 'jobs_total', labels: { a: 'x y', b: '/r/:id' }, help: 'Jobs.' };
  expect(readPlainKey(encodeKey(plain))).toEqual({
    family: 'jobs',
    sample: 'jobs_total',
    labelNames: ['a', 'b'],
    labelValues: ['x y', '/r/:id'],
    help: 'Jobs.',
  });
});
