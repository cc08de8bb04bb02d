import { describe, expect, test } from 'vitest';

import { compileQuery, type NamedQuery } from './named-query.js';
import { anyOf, duration, number, oneOf, text } from './parameter.js';
import { QueryProxyError } from './query-proxy-error.js';

describe('compileQuery', () => {
  const queue = oneOf(['mail', 'video']);

  test('renders strings, sets, durations and numbers', () => {
    const query = compileQuery('q', {
      expression: 'quantile($q, rate(x{queue=$queue,task=~$tasks}[$window])) offset $window',
      parameters: {
        queue,
        tasks: anyOf(['a.b', 'c']),
        window: duration({ max: '1h' }),
        q: number({ min: 0, max: 1 }),
      },
    });
    const values = new Map([
      ['queue', ['mail']],
      ['tasks', ['a.b', 'c']],
      ['window', ['5m']],
      ['q', ['0.9']],
    ]);
    expect(query.render(values).text).toBe(
      String.raw`quantile(0.9, rate(x{queue="mail",task=~"a\\.b|c"}[5m])) offset 5m`,
    );
  });

  test.each<[string, NamedQuery]>([
    ['is not PromQL', { expression: 'up{' }],
    ['$queue is not among its parameters', { expression: 'up{queue=$queue}' }],
    ['its expression does not use $queue', { expression: 'up', parameters: { queue } }],
    ['a parameter cannot be named start', { expression: 'up{a=$start}', parameters: { start: queue } }],
    [
      '$queue does not stand where a number can',
      { expression: 'up{queue="x $queue"}', parameters: { queue: number({ min: 0, max: 1 }) } },
    ],
    ['is not PromQL', { expression: 'up{queue="$queue"}', parameters: { queue } }],
    ['is not PromQL', { expression: 'up{a="b"}[$queue]', parameters: { queue } }],
    [
      '$window does not stand where a duration can',
      { expression: 'up # $window', parameters: { window: duration({ max: '1h' }) } },
    ],
    [
      'the default of $queue is not one of "mail", "video"',
      { expression: 'up{a=$queue}', parameters: { queue: oneOf(['mail', 'video'], { default: 'x' }) } },
    ],
    ['$w accepts nothing', { expression: 'rate(up[$w])', parameters: { w: duration({ max: 'soon' }) } }],
    ['$n accepts nothing', { expression: 'topk($n, up)', parameters: { n: number({ min: 2, max: 1 }) } }],
  ])('refuses a query: %s', (message, query) => {
    const compile = (): unknown => compileQuery('tasks', query);
    expect(compile).toThrow(QueryProxyError);
    expect(compile).toThrow(message);
    expect(compile).toThrow(/^The query "tasks" cannot be used: /);
  });

  test('never lets a value change the structure, whatever a parameter of its own accepts', () => {
    const careless = {
      ...text(),
      accepts: () => true,
      render: ([value = '']: readonly string[]) => `"${value}"`,
    };
    const query = compileQuery('q', { expression: 'up{a=$a}', parameters: { a: careless } });
    expect(() => query.render(new Map([['a', ['x"} or secrets{b="']]]))).toThrow('changed the structure');
  });
});
