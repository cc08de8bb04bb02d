import { describe, expect, test } from 'vitest';

import {
  boolean,
  bounded,
  definePolicy,
  type LabelPolicy,
  LabelPolicyError,
  oneOf,
  OVERFLOW_VALUE,
  type PolicyRules,
  REPLACED_VALUE,
  routes,
  standardPolicy,
  strictPolicy,
} from './index.js';

const nameReason = (policy: LabelPolicy, name: string): string | undefined => policy.checkName(name)?.reason;
const valueReason = (policy: LabelPolicy, name: string, value: string): string | undefined =>
  policy.checkValue(name, value)?.reason;

function problemsOf(rules: unknown): readonly string[] {
  try {
    // Rules as a JavaScript caller may write them.
    definePolicy(rules as PolicyRules);
  } catch (error) {
    if (error instanceof LabelPolicyError) return error.problems;
    throw error;
  }
  return [];
}

describe('the standard policy', () => {
  test.each([
    ['task_name', undefined],
    ['_private', undefined],
    ['A1', undefined],
    ['le', undefined],
    ['quantile', undefined],
    ['', 'invalid-name'],
    ['1a', 'invalid-name'],
    ['user-id', 'invalid-name'],
    ['a.b', 'invalid-name'],
    ['a:b', 'invalid-name'],
    ['a b', 'invalid-name'],
    ['a\n', 'invalid-name'],
    ['métrique', 'invalid-name'],
    ['__name__', 'reserved-name'],
    ['__', 'reserved-name'],
    ['pid', 'reserved-name'],
    ['PID', undefined],
    ['user_id', 'forbidden-name'],
    ['path', 'forbidden-name'],
    ['constructor', undefined],
  ])('judges the name %j: %s', (name, reason) => {
    expect(nameReason(standardPolicy, name)).toBe(reason);
  });

  test.each([
    ['hash', undefined],
    ['', undefined],
    ['x'.repeat(256), undefined],
    ['x'.repeat(257), 'too-long'],
    ['😀'.repeat(128), undefined],
    ['a\ud800b', 'malformed-text'],
    ['\udc00', 'malformed-text'],
    ['job-919108f7-52d1-4320-9bac-f847db4148a8', 'uuid'],
    ['jane@example.com', 'email'],
    ['192.0.2.1', 'ip'],
    ['10.15.7', undefined],
    ['a\u0000b', 'invisible-characters'],
    ['a\u202eb', 'invisible-characters'],
    ['eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.x', 'token'],
    ['4111 1111 1111 1111', 'card-number'],
    ['DE89370400440532013000', 'iban'],
    ['+1 212 555 0123', 'phone'],
    ['2024-01-31T12:30:00Z', 'timestamp'],
    ['/search?q=1', 'url-query'],
    ['/home/jane/x', 'home-path'],
    ['175928847299117063', 'long-number'],
    [REPLACED_VALUE, undefined],
    [OVERFLOW_VALUE, undefined],
  ])('judges the value %j: %s', (value, reason) => {
    expect(valueReason(standardPolicy, 'task_name', value)).toBe(reason);
  });

  test('tells a violation without the value', () => {
    expect(standardPolicy.checkValue('task_name', 'jane@example.com')).toStrictEqual({
      reason: 'email',
      labelName: 'task_name',
    });
    expect(standardPolicy.checkName('user_id')).toStrictEqual({
      reason: 'forbidden-name',
      labelName: 'user_id',
    });
  });

  test('names the length first, whatever the value holds', () => {
    expect(valueReason(standardPolicy, 'a', 'jane@example.com '.repeat(1 << 16))).toBe('too-long');
  });

  test('allows 2000 series', () => {
    expect(standardPolicy.maxSeriesPerMetric).toBe(2000);
  });

  test('cannot be changed', () => {
    expect(Object.isFrozen(standardPolicy)).toBe(true);
  });
});

describe('rules', () => {
  test('change the bounds', () => {
    const policy = definePolicy({ maxSeriesPerMetric: 10, maxValueLength: 3 });
    expect(policy.maxSeriesPerMetric).toBe(10);
    expect(valueReason(policy, 'a', 'abc')).toBeUndefined();
    expect(valueReason(policy, 'a', 'abcd')).toBe('too-long');
  });

  test('forbid further names', () => {
    const policy = definePolicy({ forbiddenNames: ['merchant'] });
    expect(nameReason(policy, 'merchant_id')).toBe('forbidden-name');
    expect(nameReason(policy, 'user')).toBe('forbidden-name');
    expect(nameReason(policy, 'task_name')).toBeUndefined();
  });

  test('allow a forbidden name as it is spelled, and keep checking its values', () => {
    const policy = definePolicy({ allowNames: { path: 'one of four fixed download paths' } });
    expect(nameReason(policy, 'path')).toBeUndefined();
    expect(nameReason(policy, 'Path')).toBe('forbidden-name');
    expect(nameReason(policy, 'request_path')).toBe('forbidden-name');
    expect(valueReason(policy, 'path', '/u/jane@example.com')).toBe('email');
  });

  test('do not allow an invalid or a reserved name', () => {
    const policy = definePolicy({ allowNames: { 'a-b': 'wanted', pid: 'wanted', __name__: 'wanted' } });
    expect(nameReason(policy, 'a-b')).toBe('invalid-name');
    expect(nameReason(policy, 'pid')).toBe('reserved-name');
    expect(nameReason(policy, '__name__')).toBe('reserved-name');
  });

  test('switch one value check off', () => {
    const policy = definePolicy({ valueChecks: { ip: { offBecause: 'listen addresses of our own' } } });
    expect(valueReason(policy, 'listen', '127.0.0.1:9108')).toBeUndefined();
    expect(valueReason(policy, 'listen', 'jane@example.com')).toBe('email');
  });

  test('given as undefined are the defaults', () => {
    const policy = definePolicy({
      maxSeriesPerMetric: undefined,
      allowNames: undefined,
      valueChecks: { ip: undefined },
    });
    expect(policy.maxSeriesPerMetric).toBe(2000);
    expect(valueReason(policy, 'a', '127.0.0.1')).toBe('ip');
  });
});

describe('a strict policy', () => {
  const policy = definePolicy({
    mode: 'strict',
    labels: {
      task_name: ['hash', 'zip'],
      ok: boolean(),
      route: routes('/tasks/:name', '/tasks'),
      queue_name: bounded({ pattern: /[a-z]+(-[a-z]+)*/, maxDistinct: 5 }),
      path: oneOf('/a', '/b'),
    },
    allowNames: { path: 'two fixed paths' },
  });

  test.each([
    ['task_name', undefined],
    ['path', undefined],
    ['queue', 'undeclared-name'],
    ['constructor', 'undeclared-name'],
    ['user_id', 'forbidden-name'],
    ['a-b', 'invalid-name'],
  ])('judges the name %j: %s', (name, reason) => {
    expect(nameReason(policy, name)).toBe(reason);
  });

  test.each([
    ['task_name', 'zip', undefined],
    ['task_name', 'tar', 'undeclared-value'],
    ['task_name', '', 'undeclared-value'],
    ['task_name', 'jane@example.com', 'email'],
    ['task_name', REPLACED_VALUE, undefined],
    ['task_name', OVERFLOW_VALUE, undefined],
    ['ok', 'true', undefined],
    ['ok', 'yes', 'undeclared-value'],
    ['route', '/tasks/:name', undefined],
    ['route', '/tasks/192.0.2.1', 'ip'],
    ['route', '/tasks/zip', 'undeclared-value'],
    ['queue_name', 'high-priority', undefined],
    ['queue_name', 'High', 'undeclared-value'],
    ['queue_name', 'jane@example.com', 'email'],
    ['task_name', 'hmac_abcdefghijkl', 'undeclared-value'],
    ['queue', 'zip', 'undeclared-value'],
    ['toString', 'zip', 'undeclared-value'],
  ])('judges %s=%j: %s', (name, value, reason) => {
    expect(valueReason(policy, name, value)).toBe(reason);
  });

  test.each([
    ['task_name', 'zip', 'zip'],
    ['task_name', 'tar', '__other__'],
    ['route', '/tasks/42?page=1', '/tasks/:name'],
    ['route', '/tasks/', '/tasks'],
    ['route', '/admin', '__other__'],
  ] as const)('gives %s=%j the value %s', (name, text, value) => {
    expect(policy.value(name, text)).toBe(value);
  });

  test('says how many values a bounded label may have', () => {
    expect(policy.maxDistinct('queue_name')).toBe(5);
    expect(policy.maxDistinct('task_name')).toBeUndefined();
  });

  test('has no free routes', () => {
    expect(strictPolicy.normalizeRoute('/anything')).toBe(REPLACED_VALUE);
    expect(policy.normalizeRoute('/tasks/zip')).toBe('/tasks/:name');
    expect(policy.normalizeRoute('/wp-login.php')).toBe(REPLACED_VALUE);
  });

  test('without labels allows none: strictPolicy', () => {
    expect(nameReason(strictPolicy, 'task_name')).toBe('undeclared-name');
    expect(valueReason(strictPolicy, 'task_name', 'zip')).toBe('undeclared-value');
    expect(strictPolicy.maxSeriesPerMetric).toBe(2000);
  });
});

describe('a budget', () => {
  const policy = definePolicy({
    labels: {
      task_name: oneOf('a', 'b', 'c'),
      region: bounded({ pattern: /[a-z]+/, maxDistinct: 10 }),
      route: routes('/a', '/b'),
    },
    maxSeriesPerMetric: 30,
    seriesBudgets: { jobs_total: 60 },
  });

  test('is computed from the declared values', () => {
    expect(policy.checkBudget('x_total', ['task_name', 'region'])).toBeUndefined();
    expect(policy.checkBudget('x_total', ['task_name', 'region', 'route'])).toStrictEqual({
      reason: 'over-budget',
      metric: 'x_total',
      sizes: [
        ['task_name', 3],
        ['region', 10],
        ['route', 2],
      ],
      series: 60,
      budget: 30,
    });
  });

  test('may be a metric of its own', () => {
    expect(policy.checkBudget('jobs_total', ['task_name', 'region', 'route'])).toBeUndefined();
    expect(policy.seriesBudget('jobs_total')).toBe(60);
    expect(policy.seriesBudget('x_total')).toBe(30);
  });

  test('of a metric with free labels is left to the run time', () => {
    expect(policy.checkBudget('x_total', ['anything'])).toBeUndefined();
    expect(policy.checkBudget('x_total', ['anything', 'task_name', 'region', 'route'])).toBeDefined();
  });

  test('of a process is 20000', () => {
    expect(standardPolicy.maxSeriesPerProcess).toBe(20_000);
  });
});

describe('a refused value', () => {
  test('is replaced by default', () => {
    expect(standardPolicy.substitute('a', 'jane@example.com')).toBe(REPLACED_VALUE);
  });

  test('may be dropped with its label', () => {
    const policy = definePolicy({ onViolation: 'drop' });
    expect(policy.substitute('a', 'jane@example.com')).toBeUndefined();
    expect(policy.value('a', 'jane@example.com')).toBe(REPLACED_VALUE);
  });

  test('may have an action of its label', () => {
    const policy = definePolicy({ onViolationOf: { a: 'drop' } });
    expect(policy.substitute('a', 'x')).toBeUndefined();
    expect(policy.substitute('b', 'x')).toBe(REPLACED_VALUE);
  });
});

describe('a check that is off for one label', () => {
  const policy = definePolicy({
    valueChecks: { 'high-entropy': { offBecause: 'one commit per release', labels: ['commit'] } },
  });
  const commit = 'da39a3ee5e6b4b0d3255bfef95601890afd80709';

  test('runs for the others', () => {
    expect(valueReason(policy, 'commit', commit)).toBeUndefined();
    expect(valueReason(policy, 'task_name', commit)).toBe('high-entropy');
    expect(valueReason(policy, 'commit', 'jane@example.com')).toBe('email');
  });
});

describe('declared values', () => {
  test.each([
    () => oneOf(),
    () => oneOf(5 as never),
    () => routes(),
    () => routes('a'),
    () => routes('/a/:id', '/a/:name'),
    () => bounded({ pattern: /(?<=a)b/, maxDistinct: 5 }),
    () => bounded({ pattern: /(a)\1/, maxDistinct: 5 }),
    () => bounded({ pattern: /a/, maxDistinct: 0 }),
    () => bounded({ pattern: 'a' as never, maxDistinct: 1 }),
  ])('are refused where they are none: %s', (declare) => {
    expect(declare).toThrow(LabelPolicyError);
  });
});

describe('invalid rules', () => {
  test.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, '10', null])('have a bound of %s', (bound) => {
    expect(problemsOf({ maxSeriesPerMetric: bound, maxValueLength: bound })).toHaveLength(2);
  });

  test('are listed all at once, without any value', () => {
    const rules = {
      mode: 'strict',
      maxSeriesPerMetric: 0,
      allowNames: { path: ' ', url: '' },
      valueChecks: { ip: { offBecause: '' }, iban: { offBecause: 'x' } },
      labels: {
        user_id: oneOf('a'),
        task_name: oneOf('zip', 'jane@example.com'),
        pid: 'checked',
        'a-b': [],
      },
      onViolation: 'hash',
      onViolationOf: { task_name: { kind: 'keyed-hash' } },
      seriesBudgets: { jobs_total: 0 },
      maxSeries: 5,
    };
    expect(problemsOf(rules)).toMatchInlineSnapshot(`
      [
        "maxSeries is no rule; expected some of mode, labels, maxSeriesPerMetric, maxSeriesPerProcess, seriesBudgets, forbiddenNames, allowNames, valueChecks, maxValueLength, onViolation, onViolationOf",
        "maxSeriesPerMetric is 0; expected a whole number from 1, for example maxSeriesPerMetric: 500",
        "seriesBudgets.jobs_total is 0; expected a whole number from 1, for example seriesBudgets.jobs_total: 500",
        "allowNames.path has no reason; expected a sentence that says why the name is safe here",
        "allowNames.url has no reason; expected a sentence that says why the name is safe here",
        "valueChecks.ip has no reason; expected { offBecause: 'why such values are safe here' }",
        "onViolation is no action; expected 'replace', 'drop' or keyedHash({ key })",
        "onViolationOf.task_name is no action; expected 'replace', 'drop' or keyedHash({ key })",
        "labels.user_id is refused as a name: forbidden-name",
        "labels.task_name[1] is refused as a value: email",
        "labels.pid is refused as a name: reserved-name",
        "labels.pid declares no values; expected oneOf(), boolean(), statusClass(), routes() or bounded()",
        "labels.a-b is refused as a name: invalid-name",
        "labels.a-b declares no values; expected oneOf(), boolean(), statusClass(), routes() or bounded()",
      ]
    `);
  });

  test('are one error with a code', () => {
    expect(() => definePolicy({ maxValueLength: 0 })).toThrow(
      expect.objectContaining({
        name: 'LabelPolicyError',
        code: 'LABEL_POLICY_INVALID',
        message: `the label policy is invalid:
  - maxValueLength is 0; expected a whole number from 1, for example maxValueLength: 500`,
      }),
    );
  });
});
