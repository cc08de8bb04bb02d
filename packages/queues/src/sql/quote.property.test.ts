import fc from 'fast-check';
import { expect, it } from 'vitest';

import { quoteIdentifier, quoteLiteral, quoteTexts } from './quote.js';

/** Reads one literal as PostgreSQL's scanner does (doc: "String Constants"), whatever `standard_conforming_strings` is. */
function scan(sql: string, standardConforming: boolean): { value: string; rest: string } {
  const escapes = sql.startsWith('E') || !standardConforming;
  let at = sql.startsWith('E') ? 2 : 1;
  let value = '';
  for (; at < sql.length; at += 1) {
    if (sql[at] === "'") {
      if (sql[at + 1] !== "'") return { value, rest: sql.slice(at + 1) };
      at += 1;
    } else if (sql[at] === '\\' && escapes) at += 1;
    value += sql[at];
  }
  throw new Error('A literal without an end.');
}

const text = fc.oneof(
  fc.string(),
  fc.string({ unit: fc.constantFrom("'", '\\', '"', 'E', ';', '-', '$', 'a') }),
);

it('writes a literal that is the text and nothing more, under both settings', () => {
  fc.assert(
    fc.property(text, fc.boolean(), (value, standardConforming) => {
      expect(scan(`${quoteLiteral(value)};rest`, standardConforming)).toEqual({ value, rest: ';rest' });
    }),
  );
});

it('writes a name that ends where it should', () => {
  fc.assert(
    fc.property(text, (name) => {
      const quoted = quoteIdentifier(name);
      expect(quoted.slice(1, -1).replaceAll('""', '')).not.toContain('"');
      expect(quoted.slice(1, -1).replaceAll('""', '"')).toBe(name);
    }),
  );
});

it('writes an array of texts', () => {
  expect(quoteTexts(["it's", String.raw`a\b`])).toBe(String.raw`ARRAY['it''s', E'a\\b']::text[]`);
});
