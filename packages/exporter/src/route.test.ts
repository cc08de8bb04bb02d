import { expect, test } from 'vitest';

import { type RouteOptions, routeOf } from './route.js';

const ALL: RouteOptions = { landingPage: true, healthRoutes: true };

test.each([
  ['/metrics', 'metrics'],
  ['http://metrics.example.com/metrics?x=1', 'metrics'],
  ['/', 'landing'],
  ['/-/healthy', 'healthy'],
  ['/-/ready?x', 'ready'],
  ['/-/live', 'not-found'],
  ['/metrics/', 'not-found'],
  ['/%6detrics', 'not-found'],
  ['*', 'not-found'],
  ['', 'not-found'],
  ['http://[', 'not-found'],
])('%s is %s where all routes are on', (target, kind) => {
  expect(routeOf('GET', target, ALL).kind).toBe(kind);
});

test.each(['/', '/-/healthy', '/-/ready', undefined])('%s is not found by default', (target) => {
  expect(routeOf('GET', target)).toEqual({ kind: 'not-found' });
});

test.each(['POST', 'OPTIONS', undefined])('%s is not allowed where there is a route', (method) => {
  expect(routeOf(method, '/metrics')).toEqual({ kind: 'method-not-allowed' });
  expect(routeOf(method, '/-/ready', ALL)).toEqual({ kind: 'method-not-allowed' });
  expect(routeOf(method, '/nothing', ALL)).toEqual({ kind: 'not-found' });
});

test.each([
  ['/metrics', []],
  ['/metrics?name[]=a', ['a']],
  ['/metrics?name%5B%5D=a&x=y&name[]=b_total', ['a', 'b_total']],
  ['http://example.com/metrics?name[]=a', ['a']],
  ['/metrics?name=a', []],
])('%s asks for %j', (target, names) => {
  expect(routeOf('GET', target)).toEqual({ kind: 'metrics', names });
});
