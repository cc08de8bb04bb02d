import { readdirSync, readFileSync } from 'node:fs';
import type { ParseOptions } from '../src/index.js';

/** A document and how it is to be read. */
export interface Document {
  readonly name: string;
  readonly text: string;
  readonly options: ParseOptions & { readonly format: 'text' | 'openmetrics' };
}

/** The documents that mutations start from: small, valid, and together with everything that the formats have. */
export function corpus(): readonly Document[] {
  const folder = new URL('corpus/', import.meta.url);
  return readdirSync(folder)
    .toSorted()
    .map((name): Document => {
      const text = readFileSync(new URL(name, folder), 'utf8');
      if (name.endsWith('.prom')) return { name, text, options: { format: 'text' } };
      return {
        name,
        text,
        options: { format: 'openmetrics', ...(name.startsWith('quoted') ? { escaping: 'allow-utf-8' } : {}) },
      };
    });
}

/** What mutations put in: what the grammars are made of, and what they have no place for. */
const TOKENS: readonly string[] = [
  '\n',
  ' ',
  '\t',
  '"',
  '\\',
  '{',
  '}',
  ',',
  '=',
  '#',
  '\r',
  '\0',
  '\ufeff',
  '\ud800',
  '\u{1f600}',
  'é',
  '_',
  ':',
  '.',
  '-',
  '+',
  '0',
  '9',
  '# EOF',
  '# EOF\n',
  '# TYPE ',
  '# HELP ',
  '# UNIT ',
  ' # {',
  ' # {} 1',
  '\\n',
  '\\"',
  '\\\\',
  '\\x',
  '""',
  '{}',
  ' 1',
  ' 1 2',
  ' NaN',
  ' -1',
  ' 1e999',
  ' 0x1p3',
  ' 1_0',
  ' +Inf',
  ' Infinity',
  ' 9223372036854775808',
  'le="+Inf"',
  'le="NaN"',
  'quantile="2"',
  '__name__="x"',
  '_total',
  '_bucket',
  '_sum',
  '_count',
  '_created',
  '_info',
  ' counter',
  ' gauge',
  ' histogram',
  ' untyped',
  ' stateset',
  ' info',
  'a="b"',
];

/** Numbers below `bound`, the same ones for the same seed (xorshift). */
export function seededNumbers(seed: number): (bound: number) => number {
  let state = Math.imul(2 * seed + 1, 0x9e3779b9);
  return (bound) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % bound;
  };
}

/** Makes one document out of those of a corpus: a few cuts, insertions and shuffles. */
export function mutate(documents: readonly Document[], below: (bound: number) => number): Document {
  const start = documents[below(documents.length)] as Document;
  let { text } = start;
  for (let rounds = 1 + below(4); rounds > 0; rounds--) text = mutateOnce(text, documents, below);
  return { ...start, text };
}

function mutateOnce(text: string, documents: readonly Document[], below: (bound: number) => number): string {
  const at = below(text.length + 1);
  const length = below(8);
  switch (below(9)) {
    case 0:
      return text.slice(0, at) + text.slice(at + length);
    case 1:
    case 2:
      return text.slice(0, at) + (TOKENS[below(TOKENS.length)] as string) + text.slice(at + below(3));
    case 3:
      return text.slice(0, at) + String.fromCharCode(below(300)) + text.slice(at + 1);
    case 4:
      return text.slice(0, at) + text.slice(at, at + length).repeat(1 + below(50)) + text.slice(at + length);
    case 5:
      return text.slice(0, at);
    case 6: {
      const other = documents[below(documents.length)] as Document;
      return text.slice(0, at) + other.text.slice(below(other.text.length));
    }
    default:
      return withLineMoved(text, below);
  }
}

/** Takes a line away, or puts one where another was, or there twice. */
function withLineMoved(text: string, below: (bound: number) => number): string {
  const lines = text.split('\n');
  const [line = ''] = lines.splice(below(lines.length), below(2));
  if (below(3) > 0)
    lines.splice(below(lines.length + 1), 0, line === '' ? (lines[below(lines.length)] ?? '') : line);
  return lines.join('\n');
}
