import { describe, expect, test } from 'vitest';

import { LabelTree } from './label-tree.js';

function treeOf(...labelNames: string[]) {
  const tree = new LabelTree<{ id: string }>(labelNames);
  return {
    tree,
    add(id: string, labels: Record<string, unknown>) {
      tree.set(tree.tupleOf(labels), { id });
    },
  };
}

describe('LabelTree', () => {
  test('finds a series whatever the order of its labels', () => {
    const { tree, add } = treeOf('a', 'b');
    add('one', { a: '1', b: '2' });
    expect(tree.find({ a: '1', b: '2' })?.id).toBe('one');
    expect(tree.find({ b: '2', a: '1' })?.id).toBe('one');
    expect(tree.findValues(['1', '2'])?.id).toBe('one');
  });

  test('takes a number and its text for the same value', () => {
    const { tree, add } = treeOf('code');
    add('ok', { code: 200 });
    expect(tree.find({ code: '200' })?.id).toBe('ok');
    expect(tree.find({ code: 200 })?.id).toBe('ok');
    expect(tree.findValues([200])?.id).toBe('ok');
  });

  test('tells an absent label from an empty one', () => {
    const { tree, add } = treeOf('a', 'b');
    add('absent', { a: '1' });
    expect(tree.find({ a: '1' })?.id).toBe('absent');
    expect(tree.find({ a: '1', b: '' })).toBeUndefined();
    expect(tree.get(['1', undefined])?.id).toBe('absent');
  });

  test('keeps label sets apart that read the same when joined', () => {
    const { tree, add } = treeOf('a', 'b');
    add('one', { a: '1,b:2', b: '3' });
    add('two', { a: '1', b: '2,b:3' });
    expect(tree.find({ a: '1,b:2', b: '3' })?.id).toBe('one');
    expect(tree.find({ a: '1', b: '2,b:3' })?.id).toBe('two');
  });

  test('does not find a series when a label is given that was not declared', () => {
    const { tree, add } = treeOf('a', 'b');
    add('one', { a: '1', b: '2' });
    add('part', { a: '1' });
    expect(tree.find({ a: '1', b: '2', c: '3' })).toBeUndefined();
    expect(tree.find({ a: '1', c: '3' })).toBeUndefined();
    expect(tree.find({ c: '3' })).toBeUndefined();
  });

  test('is not confused by label names that every object has', () => {
    const { tree, add } = treeOf('constructor', 'toString');
    add('bare', {});
    expect(tree.get(tree.tupleOf({}))?.id).toBe('bare');
    add('own', { constructor: 'x', toString: 'y' });
    expect(tree.find({ constructor: 'x', toString: 'y' })?.id).toBe('own');
  });

  test('files the one series of a metric without labels', () => {
    const { tree, add } = treeOf();
    add('only', {});
    expect(tree.get([])?.id).toBe('only');
  });

  test('turns values into text and names an undeclared label, as prom-client does', () => {
    const { tree } = treeOf('a', 'b');
    expect(tree.tupleOf({ b: null, a: true })).toEqual(['true', 'null']);
    expect(() => tree.tupleOf({ c: '1' })).toThrow(
      `Added label "c" is not included in initial labelset: [ 'a', 'b' ]`,
    );
  });

  test('finds every series, whichever label has many values, while it grows', () => {
    const { tree, add } = treeOf('route', 'method', 'status');
    const labelsOf = (i: number): Record<string, unknown> => ({
      route: `/r${i}`,
      ...(i % 3 === 0 ? {} : { method: i % 2 === 0 ? 'GET' : 'POST' }),
      status: 200 + (i % 5),
    });
    for (let i = 0; i < 3000; i++) {
      add(`${i}`, labelsOf(i));
      if (i % 500 !== 31 % 500) continue;
      for (let j = 0; j <= i; j++) expect(tree.find(labelsOf(j))?.id).toBe(`${j}`);
    }
    for (let i = 0; i < 3000; i++) {
      const labels = labelsOf(i);
      expect(tree.find(labels)?.id).toBe(`${i}`);
      expect(tree.get(tree.tupleOf(labels))?.id).toBe(`${i}`);
      expect(tree.find({ ...labels, status: '199' })).toBeUndefined();
      expect(tree.find({ status: labels['status'], route: labels['route'] })?.id).toBe(
        i % 3 === 0 ? `${i}` : undefined,
      );
    }
    expect(tree.findValues(['/r1', 'POST', 201])?.id).toBe('1');
  });
});
