import { expect, test } from 'vitest';

import { templatesOf } from './layer-template.js';

const handle = (): void => {};

/** A layer of Express 4 as path-to-regexp 0.1 makes it; the expressions are its. */
function express4(source: string, ...names: string[]): string {
  const regexp = new RegExp(source, 'i');
  return templatesOf({ handle, regexp, keys: names.map((name) => ({ name })) }, undefined).join();
}

test.each([
  [String.raw`^\/users\/?(?=\/|$)`, [], '/users'],
  [String.raw`^(?:\/([^/]+?))\/posts\/?(?=\/|$)`, ['user'], '/:user/posts'],
  [String.raw`^\/a-b(?:\/([^/]+?))\/c\.d\/?(?=\/|$)`, ['x'], '/a-b/:x/c.d'],
  [String.raw`^\/?$`, [], '/'],
])('reads back the path of %s', (source, names, path) => {
  expect(express4(source, ...names)).toBe(path);
});

test.each([
  [String.raw`^(?:\/(\d+))\/b\/?(?=\/|$)`, ['a']],
  [String.raw`^\/x(?:\/([^/]+?))(?:\.([^/\.]+?))\/?(?=\/|$)`, ['y', 'z']],
  [String.raw`^\/a\/?(?=\/|$)|^\/b\/?(?=\/|$)`, []],
  ['^.*', []],
  [String.raw`\/secret`, []],
])('takes %s for a path that is not known', (source, names) => {
  expect(express4(source, ...names)).toBe('/*');
});

test('takes the declared path first, in its parts, with one slash before and none behind', () => {
  expect(templatesOf({ handle, rawPath: ['/a/', 'b', ['/c']] }, undefined)).toEqual(['/a', '/b', '/c']);
  expect(templatesOf({ handle, rawPath: '/' }, undefined)).toEqual(['/']);
  expect(templatesOf({ handle, slash: false }, /^\/x/)).toEqual([String.raw`/^\/x/`]);
  expect(templatesOf({ handle, slash: true }, undefined)).toEqual(['/']);
});
