import { expect, test } from 'vitest';
import type { OutgoingLabelPolicy } from './outgoing-label.js';
import { readJsonKey, readKey, type SeriesName } from './read-key.js';

/** Nothing of the label `kind` but `a` may go out. */
const policy: OutgoingLabelPolicy = {
  checkName: (name) => (name === 'kind' ? undefined : 'forbidden'),
  checkValue: (_, value) => (value === 'a' ? undefined : { reason: 'undeclared-value' }),
};

function read(key: unknown, before?: SeriesName): SeriesName {
  const parts = readJsonKey(JSON.stringify(key));
  if (parts === undefined) throw new Error('no key');
  // The labels of the key before are the same objects, as where keys are read one after the other.
  const labels = parts.labels.map((label, i) => {
    const other = before?.labels[i];
    return other?.[0] === label[0] && other[1] === label[1] ? other : label;
  });
  const series = readKey({ ...parts, labels }, 'counter', policy, before);
  if (series.kind !== 'series') throw new Error(series.kind);
  return series.series;
}

test('labels that are all those of the key before are the same array', () => {
  const first = read(['x', 'x_total', { kind: 'a' }, '']);
  expect(read(['x', 'x_total', { kind: 'a' }, 'Other help.'], first).labels).toBe(first.labels);
  const second = read(['y', 'y_total', { kind: 'b' }, ''], first);
  expect(second.labels).toEqual([['kind', '__other__']]);
  // What stands in for the one stands in for the other.
  expect(read(['y', 'y_total', { kind: 'c' }, ''], second).labels).toBe(second.labels);
});

test('a label that one family may have is judged anew in another', () => {
  const name = 'multiproc_label_violations';
  const own = read([name, `${name}_total`, { metric: 'x', reason: 'y' }, '']);
  expect(own.labels).toEqual([
    ['metric', 'x'],
    ['reason', 'y'],
  ]);
  const other = read(['x', 'x_total', { metric: 'x', reason: 'y' }, ''], own);
  expect(other).toMatchObject({ labels: [], lacksLabel: true });
});

test('a label that was left out before is left out again', () => {
  const first = read(['x', 'x_total', { city: 'Ulm', kind: 'a' }, '']);
  expect(first).toMatchObject({ labels: [['kind', 'a']], lacksLabel: true });
  expect(read(['x', 'x_total', { city: 'Ulm', kind: 'a' }, ''], first)).toEqual(first);
  expect(read(['x', 'x_total', { kind: 'a' }, ''], first)).toEqual({ ...first, lacksLabel: false });
});
