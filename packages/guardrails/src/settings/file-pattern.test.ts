import { expect, test } from 'vitest';

import { matchesPattern } from './file-pattern.js';

test.each([
  ['src/*.ts', 'src/a.ts', true],
  ['src/*.ts', 'src/b/a.ts', false],
  ['src/**/*.ts', 'src/a.ts', true],
  ['src/**/*.ts', 'src/b/c/a.ts', true],
  ['src/settings/**', 'src/settings/a/b.js', true],
  ['src/a.js', 'src/a-js', false],
  ['src/?.js', 'src/a.js', true],
])('%s, %s: %s', (pattern, path, expected) => {
  expect(matchesPattern(pattern, path)).toBe(expected);
});
