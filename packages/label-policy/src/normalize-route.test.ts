import { describe, expect, test } from 'vitest';

import { definePolicy, routes, standardPolicy } from './index.js';

describe('without templates, ids in paths become placeholders', () => {
  test.each([
    ['/', '/'],
    ['', '/'],
    ['/users/42', '/users/:id'],
    ['/users/919108f7-52d1-4320-9bac-f847db4148a8/orders/7', '/users/:id/orders/:id'],
    ['/users/jane@example.com', '/users/:id'],
    ['/u/jane%40example.com', '/u/:id'],
    ['/search?q=jane', '/search'],
    ['/a#top', '/a'],
    ['/a;jsessionid=00ff', '/a'],
    ['https://example.com/users/42?x=1', '/users/:id'],
    ['/api/v2/orders/2024-000123', '/api/v2/orders/2024-000123'],
    ['/reports/2024-01-31', '/reports/2024-01-31'],
    ['/run/01HV6YQ2Z5W8K3T9E7R4M1N0PB', '/run/:id'],
    ['/doc/65b8f1a2c3d4e5f60718293a/edit', '/doc/:id/edit'],
    ['/p/a1b2c3d4', '/p/:id'],
    ['/oauth2/token', '/oauth2/token'],
    ['/files/My%20Report.pdf', '/files/:id'],
    ['/pay/-12.50', '/pay/:id'],
    [`/x/${'a'.repeat(100)}`, '/x/:id'],
    ['/a/b/c/d/e/f/g/h/i/j/k/l/m/n', '/a/b/c/d/e/f/g/h/i/j/k/l/*'],
    ['/users/:id', '/users/:id'],
  ])('%j becomes %s', (path, route) => {
    expect(standardPolicy.normalizeRoute(path)).toBe(route);
  });

  test('what stays too long is replaced', () => {
    expect(standardPolicy.normalizeRoute(`/${`${'word'.repeat(12)}/`.repeat(12)}`)).toBe('__other__');
  });
});

test('the policy takes its own templates, of whatever label', () => {
  const policy = definePolicy({ labels: { route: routes('/users/:id'), page: routes('/p/:slug') } });
  expect(policy.normalizeRoute('/users/42?x=1')).toBe('/users/:id');
  expect(policy.normalizeRoute('/p/how-to')).toBe('/p/:slug');
  expect(policy.normalizeRoute('/q/how-to')).toBe('__other__');
  expect(policy.substitute('route', '/users/42?x=1')).toBe('/users/:id');
});

// A look at the whole of each path that goes back takes minutes here.
test.each(['/', '/a', '?', 'a:', '1', 'a1', '/%', '://', '@'])('a megabyte of %j is normalised', (unit) => {
  expect(typeof standardPolicy.normalizeRoute(unit.repeat(1 << 20))).toBe('string');
});
