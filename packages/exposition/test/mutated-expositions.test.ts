import { describe, expect, test } from 'vitest';
import { parseExposition } from '../src/index.js';
import { judge } from './expect-judged.js';
import { corpus, mutate, seededNumbers } from './mutate.js';

describe('the corpus', () => {
  test.each(corpus().map((document) => [document.name, document] as const))('%s is valid', (_, document) => {
    expect(parseExposition(document.text, document.options).families.length).toBeGreaterThan(0);
    expect(judge(document)).toBe('taken');
  });
});

test('20,000 mutations of it are taken, or refused with a line and a column', () => {
  const documents = corpus();
  const below = seededNumbers(1);
  const judged = { taken: 0, refused: 0 };
  for (let i = 0; i < 20_000; i++) judged[judge(mutate(documents, below))]++;
  // Neither all too tame nor all too wild.
  expect(judged.taken).toBeGreaterThan(1000);
  expect(judged.refused).toBeGreaterThan(10_000);
});
