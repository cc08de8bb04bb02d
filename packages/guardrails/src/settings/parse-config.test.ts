import { expect, test } from 'vitest';

import { GuardError } from '../guard-error.js';
import { nearestName } from './nearest-name.js';
import { parseConfig } from './parse-config.js';

function complaint(content: unknown): string {
  try {
    parseConfig('guard.json', content);
  } catch (error) {
    if (error instanceof GuardError) return error.message;
    throw error;
  }
  return 'valid';
}

test('an empty configuration is valid and has defaults', () => {
  expect(parseConfig('guard.json', { $schema: 'x' })).toMatchObject({
    include: ['src/**/*.{js,cjs,mjs,jsx,ts,cts,mts,tsx}'],
    audit: { maxSeriesPerMetric: 2000 },
  });
});

test('every problem is told at once, unknown keys with the nearest name', () => {
  const content = {
    worker: { entries: ['a'] },
    workers: { entries: [], alow: [], allow: [{ package: 'express', reason: 'because' }] },
    exporters: { entries: ['a'], allow: [{ reason: 'no name is given' }] },
    metrics: { policy: { maxSeriesPerMetric: 0 }, allow: [{ metric: 'x', lable: 'y', reason: 'a b c' }] },
    taskNames: { snapshot: 'a.json', sources: [{ kind: 'task', file: 'a.ts' }] },
  };
  const message = complaint(content);
  expect(message.split('\n').toSorted()).toEqual(
    [
      'guard.json is not valid.',
      '  - exporters.allow.0: has to name either a "package" or a "file", and a "reason" of at least three words',
      '  - metrics.allow.0.lable is no known key. Did you mean "label"?',
      '  - metrics.policy: maxSeriesPerMetric is 0; expected a whole number from 1, for example maxSeriesPerMetric: 500',
      '  - taskNames.sources.0: has to name either an "export" or a "call"',
      '  - worker is no known key. Did you mean "workers"?',
      '  - workers.allow.0.reason: is no reason: expected a sentence of at least three words',
      '  - workers.alow is no known key. Did you mean "allow"?',
      '  - workers.entries: Too small: expected array to have >=1 items',
    ].toSorted(),
  );
});

test.each([
  ['wrokers', 'workers'],
  ['Metrics', 'metrics'],
  ['zzz', undefined],
])('the name nearest to %s is %s', (name, nearest) => {
  expect(nearestName(name, ['workers', 'exporters', 'metrics'])).toBe(nearest);
});
