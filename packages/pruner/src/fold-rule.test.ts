import { GAUGE_MODES } from '@promshard/shard-format';
import { expect, test } from 'vitest';

import { foldRule } from './fold-rule.js';

test.each(['counter', 'histogram', 'summary'] as const)('a %s is a sum', (kind) => {
  expect(foldRule({ kind })).toBe('sum');
});

test('every gauge mode that outlives its writer is folded, and only those', () => {
  const folded = GAUGE_MODES.filter((mode) => foldRule({ kind: 'gauge', mode }) !== 'drop');
  expect(folded).toEqual(['min', 'max', 'sum', 'mostrecent']);
});
