import { GAUGE_MODES, STATE_SET_MODES } from '@promshard/shard-format';
import { expect, test } from 'vitest';

import { foldRule } from './fold-rule.js';

test.each(['counter', 'histogram', 'summary', 'sketch'] as const)('a %s is a sum', (kind) => {
  expect(foldRule({ kind })).toBe('sum');
});

test('infos and state sets end with their writer', () => {
  expect(foldRule({ kind: 'info' })).toBe('drop');
  for (const mode of STATE_SET_MODES) expect(foldRule({ kind: 'stateset', mode })).toBe('drop');
});

test('exemplars go on, the newest of each series', () => {
  expect(foldRule({ kind: 'exemplars' })).toBe('newest-exemplar');
});

test('every gauge mode that outlives its writer is folded, and only those', () => {
  const folded = GAUGE_MODES.filter((mode) => foldRule({ kind: 'gauge', mode }) !== 'drop');
  expect(folded).toEqual(['min', 'max', 'sum', 'mostrecent']);
});
