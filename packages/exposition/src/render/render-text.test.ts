import { describe, expect, test } from 'vitest';
import type { MetricFamily } from '../model.js';
import type { LeftOut } from './left-out.js';
import { renderText } from './render-text.js';

describe('text 0.0.4', () => {
  test('shows every type as Python shows it', () => {
    expect(renderText({ families: everyType })).toBe(`\
# HELP jobs_total Jobs done.
# TYPE jobs_total counter
jobs_total{queue="mail"} 3
jobs_total{queue="image"} 4.5
# HELP jobs_created Jobs done.
# TYPE jobs_created gauge
jobs_created{queue="mail"} 1700000000.5
# TYPE depth gauge
depth -2 1700000000123
# HELP took_seconds Duration.
# TYPE took_seconds histogram
took_seconds_bucket{le="0.5"} 1
took_seconds_bucket{le="+Inf"} 2
took_seconds_sum 1.25
took_seconds_count 2
# TYPE waiting histogram
waiting_bucket{le="+Inf"} 2
# TYPE waiting_gcount gauge
waiting_gcount 2
# TYPE waiting_gsum gauge
waiting_gsum 7
# TYPE size_bytes summary
size_bytes{quantile="0.5"} 20
size_bytes_sum 100
size_bytes_count 5
# TYPE build_info gauge
build_info{version="1.2.3"} 1
# TYPE phase gauge
phase{phase="idle"} 0
phase{phase="busy"} 1
# TYPE other untyped
other 9
`);
  });

  test('escapes backslash and newline in help, and the double quote too in label values', () => {
    const awkward = 'a\\b\nc"d\ttab \u{1f600} \0';
    const samples = [{ name: 'x', labels: [['path', awkward]] as const, value: 1 }];
    expect(renderText({ families: [{ name: 'x', type: 'gauge', help: awkward, samples }] })).toBe(
      `# HELP x a\\\\b\\nc"d\ttab \u{1f600} \0\n# TYPE x gauge\nx{path="a\\\\b\\nc\\"d\ttab \u{1f600} \0"} 1\n`,
    );
  });

  test('writes numbers so that they read back the same', () => {
    const values = [Number.NaN, Infinity, -Infinity, -0, 0, 1e300, 5e-324, 1e21, 0.1, 123456789012];
    const samples = values.map((value, i) => ({ name: 'x', labels: [['i', `${i}`]] as const, value }));
    const lines = renderText({ families: [{ name: 'x', type: 'gauge', help: '', samples }] });
    const written = ['NaN', '+Inf', '-Inf', '-0.0', '0', '1e+300', '5e-324', '1e+21', '0.1', '123456789012'];
    expect(lines).toBe(`# TYPE x gauge\n${written.map((text, i) => `x{i="${i}"} ${text}\n`).join('')}`);
  });

  test('turns characters that names cannot have into underscores, and half surrogates into U+FFFD', () => {
    const samples = [{ name: '0http.requests', labels: [['user.kind:é', 'a\ud800b']] as const, value: 1 }];
    expect(renderText({ families: [{ name: '0http.requests', type: 'gauge', help: '', samples }] })).toBe(
      '# TYPE _http_requests gauge\n_http_requests{user_kind__="a\u{fffd}b"} 1\n',
    );
  });

  test('leaves out a timestamp that is no int64', () => {
    const samples = [Number.NaN, Infinity, 1e300].map((timestampMs, i) => {
      return { name: 'x', labels: [['i', `${i}`]] as const, value: 1, timestampMs };
    });
    expect(renderText({ families: [{ name: 'x', type: 'gauge', help: '', samples }] })).toBe(
      '# TYPE x gauge\nx{i="0"} 1\nx{i="1"} 1\nx{i="2"} 1\n',
    );
  });

  test('leaves out what would make the output invalid, and tells it once per family and reason', () => {
    const told: LeftOut[] = [];
    const one = (name: string, labels: readonly (readonly [string, string])[] = []) => ({
      name,
      labels,
      value: 1,
    });
    const families: MetricFamily[] = [
      { name: 'jobs', type: 'counter', help: '', samples: [one('jobs_total'), one('jobs'), one('job')] },
      { name: 'jobs_total', type: 'gauge', help: '', samples: [one('jobs_total')] },
      { name: 'jobs', type: 'gauge', help: '', samples: [one('jobs')] },
      {
        name: 'x',
        type: 'gauge',
        help: '',
        samples: [
          one('x', [
            ['a.b', 'secret'],
            ['a_b', 'secret'],
          ]),
          one('x'),
        ],
      },
      { name: 'y', type: 'gauge', help: '', samples: [one('y', [['__name__', 'secret']])] },
    ];
    expect(renderText({ families }, { onLeftOut: (leftOut) => told.push(leftOut) })).toBe(
      '# TYPE jobs_total counter\njobs_total 1\n# TYPE jobs gauge\njobs 1\n# TYPE x gauge\nx 1\n# TYPE y gauge\n',
    );
    expect(told.map(({ code, family, samples }) => [code, family, samples])).toEqual([
      ['foreign-sample', 'jobs', 2],
      ['name-clash', 'jobs_total', 1],
      ['bad-labels', 'x', 1],
      ['bad-labels', 'y', 1],
    ]);
    expect(JSON.stringify(told)).not.toContain('secret');
  });

  test('is empty for no families', () => {
    expect(renderText({ families: [] })).toBe('');
  });

  test('gives equal bytes twice in a row', () => {
    expect(renderText({ families: everyType })).toBe(renderText({ families: everyType }));
  });
});

const everyType: readonly MetricFamily[] = [
  {
    name: 'jobs',
    type: 'counter',
    help: 'Jobs done.',
    samples: [
      { name: 'jobs_total', labels: [['queue', 'mail']], value: 3 },
      { name: 'jobs_created', labels: [['queue', 'mail']], value: 1700000000.5 },
      { name: 'jobs_total', labels: [['queue', 'image']], value: 4.5 },
    ],
  },
  {
    name: 'depth',
    type: 'gauge',
    help: '',
    samples: [{ name: 'depth', labels: [], value: -2, timestampMs: 1700000000123 }],
  },
  {
    name: 'took_seconds',
    type: 'histogram',
    help: 'Duration.',
    unit: 'seconds',
    samples: [
      {
        name: 'took_seconds_bucket',
        labels: [['le', '0.5']],
        value: 1,
        exemplar: { labels: [['trace_id', 'abc']], value: 0.25 },
      },
      { name: 'took_seconds_bucket', labels: [['le', '+Inf']], value: 2 },
      { name: 'took_seconds_sum', labels: [], value: 1.25 },
      { name: 'took_seconds_count', labels: [], value: 2 },
    ],
  },
  {
    name: 'waiting',
    type: 'gaugehistogram',
    help: '',
    samples: [
      { name: 'waiting_bucket', labels: [['le', '+Inf']], value: 2 },
      { name: 'waiting_gsum', labels: [], value: 7 },
      { name: 'waiting_gcount', labels: [], value: 2 },
    ],
  },
  {
    name: 'size_bytes',
    type: 'summary',
    help: '',
    samples: [
      { name: 'size_bytes', labels: [['quantile', '0.5']], value: 20 },
      { name: 'size_bytes_sum', labels: [], value: 100 },
      { name: 'size_bytes_count', labels: [], value: 5 },
    ],
  },
  {
    name: 'build',
    type: 'info',
    help: '',
    samples: [{ name: 'build_info', labels: [['version', '1.2.3']], value: 1 }],
  },
  {
    name: 'phase',
    type: 'stateset',
    help: '',
    samples: [
      { name: 'phase', labels: [['phase', 'idle']], value: 0 },
      { name: 'phase', labels: [['phase', 'busy']], value: 1 },
    ],
  },
  { name: 'other', type: 'unknown', help: '', samples: [{ name: 'other', labels: [], value: 9 }] },
];
