import { expect, test } from 'vitest';

import { scrapeDeadlineMs } from './deadline.js';

test.each([
  [undefined, 9750],
  ['15', 14_750],
  ['0.2', 100],
  ['9999', 119_750],
  ['0', 9750],
  ['-1', 9750],
  ['1e9', 9750],
  ['Infinity', 9750],
  ['', 9750],
  [['5', '6'], 9750],
])('%j allows %d ms', (header, ms) => {
  expect(scrapeDeadlineMs(header)).toBe(ms);
});
