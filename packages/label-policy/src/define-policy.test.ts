import { describe, expect, test } from 'vitest';

import {
  definePolicy,
  type LabelPolicy,
  LabelPolicyError,
  OVERFLOW_VALUE,
  type PolicyRules,
  REPLACED_VALUE,
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
  const values = ['hash', 'zip'];
  const policy = definePolicy({
    mode: 'strict',
    labels: { task_name: values, route: 'checked', path: ['/a', '/b'] },
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
    ['route', '/tasks/:name', undefined],
    ['route', '/tasks/192.0.2.1', 'ip'],
    ['queue', 'zip', 'undeclared-value'],
    ['toString', 'zip', 'undeclared-value'],
  ])('judges %s=%j: %s', (name, value, reason) => {
    expect(valueReason(policy, name, value)).toBe(reason);
  });

  test('keeps its own copy of the declared values', () => {
    values.push('tar');
    expect(valueReason(policy, 'task_name', 'tar')).toBe('undeclared-value');
  });

  test('without labels allows none: strictPolicy', () => {
    expect(nameReason(strictPolicy, 'task_name')).toBe('undeclared-name');
    expect(valueReason(strictPolicy, 'task_name', 'zip')).toBe('undeclared-value');
    expect(strictPolicy.maxSeriesPerMetric).toBe(2000);
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
      labels: { user_id: ['a'], task_name: ['zip', 'jane@example.com'], pid: 'checked', 'a-b': [] },
    };
    expect(problemsOf(rules)).toMatchInlineSnapshot(`
      [
        "maxSeriesPerMetric is 0; expected a whole number from 1, for example maxSeriesPerMetric: 500",
        "allowNames.path has no reason; expected a sentence that says why the name is safe here",
        "allowNames.url has no reason; expected a sentence that says why the name is safe here",
        "valueChecks.ip has no reason; expected { offBecause: 'why such values are safe here' }",
        "valueChecks.iban names no check; expected one of uuid, email, ip",
        "labels.user_id is refused as a name: forbidden-name",
        "labels.task_name[1] is refused as a value: email",
        "labels.pid is refused as a name: reserved-name",
        "labels.a-b is refused as a name: invalid-name",
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
