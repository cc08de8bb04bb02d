import type { SnapshotProblem } from '@promshard/aggregator';
import { expect, test } from 'vitest';

import { createProblemLog } from './problem-log.js';

function problem(file: string): SnapshotProblem {
  return { code: 'empty', file, offset: 0, message: 'The file has no bytes.' };
}

test('a problem is told again only after it was gone', () => {
  const lines: string[] = [];
  const log = createProblemLog((line) => lines.push(line));
  for (const present of [true, true, false, true]) log(present ? [problem('a.db')] : []);
  expect(lines).toHaveLength(2);
});

test('a flood of problems is some lines and a number', () => {
  const lines: string[] = [];
  createProblemLog((line) => lines.push(line))(Array.from({ length: 1000 }, (_, i) => problem(`${i}.db`)));
  expect(lines).toHaveLength(21);
  expect(lines.at(-1)).toBe('… and 980 more problems in this scrape');
});

test('a file name cannot forge a line', () => {
  const lines: string[] = [];
  createProblemLog((line) => lines.push(line))([problem('x\nfake line.db')]);
  expect(lines.join('')).not.toContain('\n');
});
