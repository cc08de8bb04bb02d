import { describe, expect, test } from 'vitest';

import { encodeFoldPointer } from './fold-pointer.js';
import { latestSpare, readSpare, unexplainedFold } from './fold-spare.js';

const text = encodeFoldPointer({
  formatVersion: 1,
  generation: 12,
  files: ['counter_folded-9.db', 'counter_folded-12.db'],
  superseded: ['counter_1-a.db'],
});
const names = ['counter_folded-12.db', 'counter_folded-9.db', 'folded-12.json', 'folded-9.json'];

test('the spare of the highest generation stands in, by number and not by name', () => {
  expect(latestSpare(names)).toBe('folded-12.json');
  expect(latestSpare(['folded.json', 'folded-0.json', 'counter_folded-3.db'])).toBeUndefined();
});

describe('a spare copy', () => {
  test('is the pointer that it was made from', () => {
    expect(readSpare('folded-12.json', text, names)).toMatchObject({ generation: 12 });
  });

  test.each([
    ['under the name of another generation', 'folded-11.json', text, names],
    ['that lists a file which is not there', 'folded-12.json', text, names.slice(1)],
    ['that is cut short', 'folded-12.json', text.slice(0, 50), names],
  ])('%s is none', (_, name, content, there) => {
    expect(readSpare(name, content, there)).toBeUndefined();
  });
});

test('a trace of a later generation than the first needs a pointer', () => {
  expect(unexplainedFold(['counter_folded-1.db', 'counter_7-a.db', 'folded-1.json'])).toBeUndefined();
  expect(unexplainedFold(['folded-2.json', 'folded-1.json'])).toBe('folded-2.json');
  expect(unexplainedFold(names)).toBe('counter_folded-12.db');
});
