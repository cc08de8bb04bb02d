import { expect, test } from 'vitest';

import { Counter, Histogram, Info } from './index.js';

const base = { help: 'h', registers: [] };

test('a unit that the name ends in is accepted', () => {
  expect(() => new Counter({ ...base, name: 'cpu_seconds_total', unit: 'seconds' })).not.toThrow();
  expect(() => new Histogram({ ...base, name: 'body_bytes', unit: 'bytes' })).not.toThrow();
});

test.each([
  ['another word', () => new Counter({ ...base, name: 'cpu_seconds_total', unit: 'bytes' })],
  ['a unit that no reader knows', () => new Counter({ ...base, name: 'cpu_jiffies_total', unit: 'jiffies' })],
  ['nothing but the unit', () => new Histogram({ ...base, name: 'bytes', unit: 'bytes' })],
  ['an info', () => new Info({ ...base, name: 'up_seconds', unit: 'seconds' })],
])('a unit is refused for %s', (_, make) => {
  expect(make).toThrow(expect.objectContaining({ code: 'UNIT_INVALID' }));
});
