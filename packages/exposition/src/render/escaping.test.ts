import { describe, expect, test } from 'vitest';
import { ESCAPING_SCHEMES, type EscapingScheme } from '../escape-name.js';
import type { MetricFamily } from '../model.js';
import { contentType } from '../wire-format.js';
import { renderOpenMetrics } from './render-openmetrics.js';
import { renderText } from './render-text.js';

/** What prometheus/common 0.67.5 writes for these families as well, but for `# HELP` before `# TYPE` in OpenMetrics. */
const families: readonly MetricFamily[] = [
  {
    name: 'my.jobs',
    type: 'counter',
    help: 'Jobs "done".',
    samples: [
      {
        name: 'my.jobs_total',
        labels: [
          ['task.name', 'a"b'],
          ['queue', 'q'],
        ],
        value: 3,
        exemplar: { labels: [['trace.id', 'x']], value: 1 },
      },
      { name: 'my.jobs_total', labels: [], value: 4 },
    ],
  },
  {
    name: 'took.seconds',
    type: 'histogram',
    help: '',
    samples: [
      { name: 'took.seconds_bucket', labels: [['le', '+Inf']], value: 2 },
      { name: 'took.seconds_sum', labels: [], value: 1.5 },
      { name: 'took.seconds_count', labels: [], value: 2 },
    ],
  },
];

describe('names outside of [a-zA-Z0-9_:] are written', () => {
  test('as they are, in quotes, where UTF-8 is allowed', () => {
    expect(renderText({ families }, { escaping: 'allow-utf-8' })).toBe(`\
# HELP "my.jobs_total" Jobs "done".
# TYPE "my.jobs_total" counter
{"my.jobs_total","task.name"="a\\"b",queue="q"} 3
{"my.jobs_total"} 4
# TYPE "took.seconds" histogram
{"took.seconds_bucket",le="+Inf"} 2
{"took.seconds_sum"} 1.5
{"took.seconds_count"} 2
`);
    expect(renderOpenMetrics({ families }, { escaping: 'allow-utf-8' })).toBe(`\
# TYPE "my.jobs" counter
# HELP "my.jobs" Jobs \\"done\\".
{"my.jobs_total","task.name"="a\\"b",queue="q"} 3 # {"trace.id"="x"} 1
{"my.jobs_total"} 4
# TYPE "took.seconds" histogram
{"took.seconds_bucket",le="+Inf"} 2
{"took.seconds_sum"} 1.5
{"took.seconds_count"} 2
# EOF
`);
  });

  test.each<[EscapingScheme, family: string, sample: string, label: string, histogram: string]>([
    ['underscores', 'my_jobs', 'my_jobs_total', 'task_name', 'took_seconds'],
    ['dots', 'my_dot_jobs_', 'my_dot_jobs__total', 'task_dot_name', 'took_dot_seconds'],
    ['values', 'U__my_2e_jobs_', 'U__my_2e_jobs__total', 'U__task_2e_name', 'U__took_2e_seconds'],
  ])('with %s', (escaping, family, sample, label, histogram) => {
    expect(renderText({ families }, { escaping })).toBe(`\
# HELP ${sample} Jobs "done".
# TYPE ${sample} counter
${sample}{${label}="a\\"b",queue="q"} 3
${sample} 4
# TYPE ${histogram} histogram
${histogram}_bucket{le="+Inf"} 2
${histogram}_sum 1.5
${histogram}_count 2
`);
    expect(renderOpenMetrics({ families }, { escaping })).toContain(`\
# TYPE ${family} counter
# HELP ${family} Jobs \\"done\\".
${sample}{${label}="a\\"b",queue="q"} 3 # {${label.replace('task', 'trace').replace('name', 'id')}="x"} 1
${sample} 4
`);
  });

  test('so that a state’s label goes with its family’s name, or not at all', () => {
    const states = (name: string): MetricFamily => ({
      name,
      type: 'stateset',
      help: '',
      samples: [{ name, labels: [[name, 'idle']], value: 1 }],
    });
    const written = ESCAPING_SCHEMES.map((escaping) =>
      renderOpenMetrics({ families: [states('a.b'), states('c:d')] }, { escaping }),
    );
    expect(written).toEqual([
      '# TYPE "a.b" stateset\n{"a.b","a.b"="idle"} 1\n# TYPE c:d stateset\nc:d{"c:d"="idle"} 1\n# EOF\n',
      '# TYPE a_b stateset\na_b{a_b="idle"} 1\n# TYPE c:d stateset\n# EOF\n',
      '# TYPE a_dot_b stateset\na_dot_b{a_dot_b="idle"} 1\n# TYPE c:d stateset\n# EOF\n',
      '# TYPE U__a_2e_b stateset\nU__a_2e_b{U__a_2e_b="idle"} 1\n# TYPE c:d stateset\n# EOF\n',
    ]);
  });

  test('once each: what escaping makes equal is left out and told', () => {
    const gauge = (name: string, ...labels: string[]): MetricFamily => ({
      name,
      type: 'gauge',
      help: '',
      samples: [{ name, labels: labels.map((label) => [label, 'x'] as const), value: 1 }],
    });
    const told: string[] = [];
    const onLeftOut = (leftOut: { code: string; family: string }): void => {
      told.push(`${leftOut.code} ${leftOut.family}`);
    };
    const clashing = { families: [gauge('a.b'), gauge('a_b'), gauge('c', 'd.e', 'd_e')] };
    expect(renderText(clashing, { onLeftOut })).toBe('# TYPE a_b gauge\na_b 1\n# TYPE c gauge\n');
    expect(told).toEqual(['name-clash a_b', 'bad-labels c']);
    renderText(clashing, { escaping: 'values', onLeftOut: () => expect.unreachable() });
  });
});

test('the content type names the version, and the escaping where it was agreed on', () => {
  expect([
    contentType({ format: 'text', version: '0.0.4' }),
    contentType({ format: 'text', version: '1.0.0', escaping: 'underscores' }),
    contentType({ format: 'openmetrics', version: '1.0.0' }),
    contentType({ format: 'openmetrics', version: '1.0.0', escaping: 'allow-utf-8' }),
  ]).toEqual([
    'text/plain; version=0.0.4; charset=utf-8',
    'text/plain; version=1.0.0; charset=utf-8; escaping=underscores',
    'application/openmetrics-text; version=1.0.0; charset=utf-8',
    'application/openmetrics-text; version=1.0.0; charset=utf-8; escaping=allow-utf-8',
  ]);
});
