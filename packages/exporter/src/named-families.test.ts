import type { MetricFamily } from '@promshard/aggregator';
import { expect, test } from 'vitest';

import { namedFamilies } from './named-families.js';

function family(name: string, type: MetricFamily['type'], ...samples: readonly string[]): MetricFamily {
  return {
    name,
    type,
    help: '',
    samples: samples.map((sample) => ({ name: sample, labels: [], value: 1 })),
  };
}

const EXPOSED = {
  families: [
    family('jobs', 'counter', 'jobs_total'),
    family('depth', 'gauge', 'depth'),
    family('x', 'histogram', 'x_bucket', 'x_sum', 'x_count'),
  ],
};

test.each([
  [[], ['jobs', 'depth', 'x']],
  [['jobs'], ['jobs']],
  [['jobs_total'], ['jobs']],
  [['x_bucket'], ['x']],
  [
    ['x_count', 'depth'],
    ['depth', 'x'],
  ],
  [['depth_total', 'nothing'], []],
  [['x_total'], []],
])('%j gets the families %j, each whole', (names, expected) => {
  const { families } = namedFamilies(EXPOSED, names);
  expect(families.map(({ name }) => name)).toEqual(expected);
  for (const one of families) expect(EXPOSED.families).toContain(one);
});
