import { describe, expect, test } from 'vitest';

import { makeRouteTable, type RouteTable } from './route-table.js';

function table(...templates: string[]): RouteTable {
  const made = makeRouteTable(templates);
  if ('problems' in made) throw new Error(made.problems.join('\n'));
  return made;
}

const site = table(
  '/',
  '/users',
  '/users/me',
  '/users/:id',
  '/users/:id/orders/:order',
  '/teams/{team}/users/[id]',
  '/files/*',
  '/files/public/*',
  '/files/:name/raw',
);

describe('a path has the most literal template', () => {
  test.each([
    ['/', '/'],
    ['', '/'],
    ['/users', '/users'],
    ['/users/', '/users'],
    ['//users', '/users'],
    ['/users/me', '/users/me'],
    ['/users/42', '/users/:id'],
    ['/users/:id', '/users/:id'],
    ['/users/42/orders/7', '/users/:id/orders/:order'],
    ['/users/me/orders/7', '/users/:id/orders/:order'],
    ['/teams/a/users/b', '/teams/{team}/users/[id]'],
    ['/files', '/files/*'],
    ['/files/a/b/c', '/files/*'],
    ['/files/public/b/c', '/files/public/*'],
    ['/files/x/raw', '/files/:name/raw'],
    ['/files/public/raw', '/files/:name/raw'],
    ['/files/x/raw/y', '/files/*'],
    ['/users/42/orders', undefined],
    ['/admin', undefined],
    ['/__proto__', undefined],
  ])('%j: %s', (path, template) => {
    expect(site.find(path)).toBe(template);
  });
});

test.each([
  [['a'], 'does not begin with a slash'],
  [['/a?b'], 'has a query'],
  [['/a/*/b'], 'has * before its last segment'],
  [['/a-:id'], 'is a parameter only in part'],
  [['/:a', '/:b'], 'matches the same paths as another'],
  [['/a/*', '/a/*', '/a/', '/a'], 'matches the same paths as another'],
  [[], 'has no templates'],
])('refuses %j', (templates, problem) => {
  const made = makeRouteTable(templates);
  expect('problems' in made && made.problems.join()).toContain(problem);
});

// A search that goes back takes for ever on this: each of the 24 segments has two ways.
test('a path that has two ways at each segment is found at once', () => {
  const templates = Array.from({ length: 24 }, (_, at) => `/${'a/'.repeat(at)}:x/${'a/'.repeat(23 - at)}end`);
  const wide = table(...templates);
  expect(wide.find(`/${'a/'.repeat(24)}nowhere`)).toBeUndefined();
  expect(wide.find('/a'.repeat(500_000))).toBeUndefined();
});
