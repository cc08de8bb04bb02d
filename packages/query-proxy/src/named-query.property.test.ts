import fc from 'fast-check';
import { expect, test } from 'vitest';

import { compileQuery } from './named-query.js';
import { duration, number, text } from './parameter.js';

const query = compileQuery('rate', {
  expression: 'topk($n, rate(jobs_total{task=$task,queue!=$task}[$window]))',
  parameters: {
    task: text(),
    window: duration({ max: '1d' }),
    n: number({ min: 1, max: 10, integer: true }),
  },
});
const [task, window, n] = ['task', 'window', 'n'].map((name) => query.parameters.get(name));

test('a text that is accepted is one string literal with that text, whatever it holds', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.string({ unit: 'binary' }),
        fc.string({ unit: fc.constantFrom(...Array.from('"\'`\\{}\n\r\0,=~#')) }),
      ),
      (value) => {
        if (task?.accepts(value) !== true) return;
        const { text: rendered } = query.render(
          new Map([
            ['task', [value]],
            ['window', ['5m']],
            ['n', ['3']],
          ]),
        );
        const literal = JSON.stringify(value);
        expect(rendered).toBe(`topk(3, rate(jobs_total{task=${literal},queue!=${literal}}[5m]))`);
      },
    ),
    { numRuns: 2000 },
  );
});

test('only durations and numbers are accepted where they stand', () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom(...Array.from('0123456789.smhd-+eE[]()')) })),
      (value) => {
        if (window?.accepts(value) === true) expect(value).toMatch(/^(\d+(ms|[smhdwy]))+$/);
        if (n?.accepts(value) === true) expect(value).toMatch(/^\d+$/);
      },
    ),
    { numRuns: 5000 },
  );
});
