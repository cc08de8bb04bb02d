import { describe, expect, test } from 'vitest';
import type { Exemplar, MetricFamily, MetricType } from '../model.js';
import type { LeftOut } from './left-out.js';
import { renderOpenMetrics } from './render-openmetrics.js';

describe('OpenMetrics 1.0', () => {
  test('writes type, unit and help, then the samples, and ends with EOF', () => {
    const families: MetricFamily[] = [
      {
        name: 'cpu_seconds',
        type: 'counter',
        help: 'CPU "time"\\used\nhere.',
        unit: 'seconds',
        samples: [
          { name: 'cpu_seconds_total', labels: [['mode', 'user']], value: 3, timestampMs: 1700000000120 },
          {
            name: 'cpu_seconds_created',
            labels: [['mode', 'user']],
            value: 1700000000.5,
            timestampMs: -1500,
          },
        ],
      },
      { name: 'depth', type: 'gauge', help: 'Depth.', samples: [{ name: 'depth', labels: [], value: -0 }] },
      {
        name: 'build',
        type: 'info',
        help: '',
        samples: [{ name: 'build_info', labels: [['v', '1']], value: 1 }],
      },
      { name: 'odd', type: 'unknown', help: '', samples: [{ name: 'odd', labels: [], value: Number.NaN }] },
    ];
    expect(renderOpenMetrics({ families })).toBe(`\
# TYPE cpu_seconds counter
# UNIT cpu_seconds seconds
# HELP cpu_seconds CPU \\"time\\"\\\\used\\nhere.
cpu_seconds_total{mode="user"} 3 1700000000.120
cpu_seconds_created{mode="user"} 1700000000.5 -1.500
# TYPE depth gauge
# HELP depth Depth.
depth -0.0
# TYPE build info
build_info{v="1"} 1
# TYPE odd unknown
odd NaN
# EOF
`);
  });

  test('declares a unit only where it is the last word of the name and the type may have one', () => {
    const family = (name: string, type: MetricType, unit: string): MetricFamily => {
      return { name, type, help: '', unit, samples: [] };
    };
    const families = [
      family('a_seconds', 'gauge', 'seconds'),
      family('b', 'gauge', 'seconds'),
      family('c_seconds', 'info', 'seconds'),
      family('d_', 'gauge', ''),
      family('e_s\nx', 'gauge', 's\nx'),
    ];
    expect(renderOpenMetrics({ families })).toBe(
      '# TYPE a_seconds gauge\n# UNIT a_seconds seconds\n# TYPE b gauge\n# TYPE c_seconds info\n# TYPE d_ gauge\n# TYPE e_s_x gauge\n# EOF\n',
    );
  });

  test('writes exemplars on totals and buckets alone', () => {
    const exemplar: Exemplar = { labels: [['trace_id', 'a"b']], value: 0.25, timestampMs: 1700000000001 };
    const families: MetricFamily[] = [
      {
        name: 'c',
        type: 'counter',
        help: '',
        samples: [{ name: 'c_total', labels: [], value: 1, exemplar }],
      },
      { name: 'g', type: 'gauge', help: '', samples: [{ name: 'g', labels: [], value: 1, exemplar }] },
      {
        name: 'h',
        type: 'histogram',
        help: '',
        samples: [
          { name: 'h_bucket', labels: [['le', '0.1']], value: 1, exemplar },
          { name: 'h_bucket', labels: [['le', '0.5']], value: 1, exemplar: { labels: [], value: 0.5 } },
          { name: 'h_bucket', labels: [['le', '+Inf']], value: 1, exemplar },
          { name: 'h_sum', labels: [], value: 1, exemplar },
          { name: 'h_count', labels: [], value: 1, exemplar },
        ],
      },
    ];
    const written = '# {trace_id="a\\"b"} 0.25 1700000000.001';
    expect(renderOpenMetrics({ families })).toBe(`\
# TYPE c counter
c_total 1 ${written}
# TYPE g gauge
g 1
# TYPE h histogram
h_bucket{le="0.1"} 1
h_bucket{le="0.5"} 1 # {} 0.5
h_bucket{le="+Inf"} 1 ${written}
h_sum 1
h_count 1
# EOF
`);
  });

  test('leaves out an exemplar whose labels have more than 128 code points', () => {
    const withLength = (length: number): string => {
      const exemplar = { labels: [['id', '\u{1f600}'.repeat(length - 2)]] as const, value: 1 };
      const samples = [{ name: 'c_total', labels: [], value: 1, exemplar }];
      return renderOpenMetrics({ families: [{ name: 'c', type: 'counter', help: '', samples }] });
    };
    expect(withLength(128)).toContain(' # {id="');
    expect(withLength(129)).toBe('# TYPE c counter\nc_total 1\n# EOF\n');
  });

  test('leaves out a family whose samples could collide with those of one before it', () => {
    const told: LeftOut[] = [];
    const families: MetricFamily[] = [
      { name: 'jobs', type: 'counter', help: '', samples: [] },
      { name: 'jobs', type: 'gauge', help: '', samples: [{ name: 'jobs', labels: [], value: 1 }] },
      { name: 'jobs_created', type: 'gauge', help: '', samples: [] },
    ];
    expect(renderOpenMetrics({ families }, { onLeftOut: (leftOut) => told.push(leftOut) })).toBe(
      '# TYPE jobs counter\n# EOF\n',
    );
    expect(told.map(({ code, family }) => [code, family])).toEqual([
      ['name-clash', 'jobs'],
      ['name-clash', 'jobs_created'],
    ]);
  });
});
