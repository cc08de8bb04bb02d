import { describe, expect, test } from 'vitest';
import type { ExpositionFormat } from '../src/index.js';
import { refusal } from './refusal.js';

const LONG = 1 << 20;

/** Each is built so that a parser which looks back, or copies what it has, takes hours for it. */
const hostile: readonly (readonly [string, string, text: string, openmetrics: string])[] = [
  ['one name', 'a'.repeat(LONG), 'missing-newline', 'bad-value'],
  ['blanks only', `x${' '.repeat(LONG)}\n`, 'bad-value', 'bad-value'],
  ['blanks before a bad value', `x 1${' \t'.repeat(LONG)}z\n`, 'bad-timestamp', 'bad-timestamp'],
  ['backslashes', `x{a="${'\\\\'.repeat(LONG)}\n`, 'unterminated-string', 'unterminated-string'],
  ['escaped quotes', `x{a="${'\\"'.repeat(LONG)}"} 1\n`, 'taken', 'missing-eof'],
  ['braces', `x${'{'.repeat(LONG)}\n`, 'bad-labels', 'bad-labels'],
  ['quotes', `x{${'"'.repeat(LONG)}\n`, 'bad-labels', 'bad-labels'],
  [
    'labels',
    `x{${Array.from({ length: LONG / 8 }, (_, i) => `l${i}="v"`).join(',')}} 1\n`,
    'taken',
    'missing-eof',
  ],
  ['digits', `x ${'9'.repeat(LONG)}\n`, 'bad-value', 'bad-value'],
  ['zeros before a letter', `x ${'0'.repeat(LONG)}z\n`, 'bad-value', 'bad-value'],
  ['zeros in a timestamp', `x 1 ${'0'.repeat(LONG)}z\n`, 'bad-timestamp', 'bad-timestamp'],
  ['digits in a timestamp', `x 1 ${'9'.repeat(LONG)}\n`, 'bad-timestamp', 'bad-timestamp'],
  ['an exponent', `x 1e-${'9'.repeat(LONG)}\n`, 'taken', 'missing-eof'],
  ['help of backslashes', `# HELP x ${'\\\\'.repeat(LONG)}\n`, 'taken', 'missing-eof'],
  ['help of blanks', `# HELP x ${' '.repeat(LONG)}"\n`, 'taken', 'bad-escape'],
  ['hashes', `${'#'.repeat(LONG)}\n`, 'taken', 'bad-metadata'],
  ['NULs', '\0'.repeat(LONG), 'missing-newline', 'bad-name'],
  ['newlines', '\n'.repeat(LONG), 'taken', 'blank-line'],
  ['half surrogate pairs', '\ud800'.repeat(LONG), 'bad-character', 'bad-character'],
  ['families', Array.from({ length: LONG / 8 }, (_, i) => `x${i} 1\n`).join(''), 'taken', 'missing-eof'],
  ['series', Array.from({ length: LONG / 8 }, (_, i) => `x{a="${i}"} 1\n`).join(''), 'taken', 'missing-eof'],
  [
    'points',
    `# TYPE h histogram\n${Array.from({ length: LONG / 8 }, (_, i) => `h_bucket{le="${i}"} 1\n`).join('')}`,
    'missing-inf-bucket',
    'missing-eof',
  ],
];

describe('a megabyte of', () => {
  test.each(hostile)('%s is read once', (_, input, text, openmetrics) => {
    const code = (format: ExpositionFormat): string => refusal(input, format).split(' ')[0] ?? '';
    expect([code('text'), code('openmetrics')]).toEqual([text, openmetrics]);
  });
});
