import { describe, expect, test } from 'vitest';
import { refusal } from '../../test/refusal.js';
import { renderOpenMetrics } from '../render/render-openmetrics.js';
import { parseExposition } from './parse-exposition.js';

describe('OpenMetrics 1.0 is taken', () => {
  test('with every type, units, exemplars, timestamps and created times', () => {
    const text = `\
# TYPE cpu_seconds counter
# UNIT cpu_seconds seconds
# HELP cpu_seconds say \\"a\\\\b\\nc\\" \\z
cpu_seconds_total{mode="user"} 4.5 1700000000.120 # {trace_id="x # y"} 0.5 1700000000
cpu_seconds_created{mode="user"} 1.6e9 1700000000.12
# TYPE h histogram
h_bucket{le="-1.0"} 0
h_bucket{le="+Inf"} 3 # {} -7
# TYPE w gaugehistogram
w_bucket{le="-1"} 1
w_bucket{le="+Inf"} 3
w_gcount 3
w_gsum -5
# TYPE s summary
s{quantile="0.9"} NaN
s{quantile="0.5"} 1
s_sum 3
s_count 2
# TYPE build info
build_info{version="1"} 1.0
# TYPE phase stateset
phase{phase="idle"} 0
phase{phase="busy"} 1
# TYPE empty gauge
# UNIT empty 
# HELP empty 
free nan
# EOF`;
    expect(parseExposition(text, { format: 'openmetrics' })).toMatchSnapshot();
  });

  test('with several points of one label set, whose timestamps do not go back', () => {
    const text = '# TYPE g gauge\ng{a="1"} 1 0.5\ng{a="1"} 2 0.5\ng{a="1"} 3 1.5e3\ng{a="2"} 4 0\n# EOF\n';
    const samples = parseExposition(text, { format: 'openmetrics' }).families[0]?.samples;
    expect(samples?.map(({ value, timestampMs }) => [value, timestampMs])).toEqual([
      [1, 500],
      [2, 500],
      [3, 1_500_000],
      [4, 0],
    ]);
  });

  test('with a NUL and every other character in strings', () => {
    const value = '\0\r\t\u{7f}\u{2028}\u{10ffff}';
    const { families } = parseExposition(`x{a="${value}"} 1\n# EOF\n`, { format: 'openmetrics' });
    expect(families[0]?.samples[0]?.labels).toEqual([['a', value]]);
  });

  test('with quoted names where the content type allows UTF-8', () => {
    const text = `\
# TYPE "my.jobs" counter
# HELP "my.jobs" of \\"them\\"
{"my.jobs_total","task.name"="a}",queue="b"} 3 # {"trace.id"="x"} 1
{"my.jobs_total"} 4 1.500
# TYPE "a\\"b_seconds" gauge
# UNIT "a\\"b_seconds" seconds
{"a\\"b_seconds"} 5
plain{"x.y"="z"} 6
{"also_plain"} 7
# EOF
`;
    const { families } = parseExposition(text, { format: 'openmetrics', escaping: 'allow-utf-8' });
    expect(renderOpenMetrics({ families }, { escaping: 'allow-utf-8' })).toBe(
      text
        .replace('plain{', '# TYPE plain unknown\nplain{')
        .replace('{"also_plain"}', '# TYPE also_plain unknown\nalso_plain'),
    );
  });

  test('if it is empty but for its end', () => {
    expect(parseExposition('# EOF\n', { format: 'openmetrics' })).toEqual({
      format: 'openmetrics',
      families: [],
    });
  });
});

describe('OpenMetrics 1.0 is refused', () => {
  test.each([
    ['if it is empty', '', 'missing-eof 1:1'],
    ['without EOF', 'x 1\n', 'missing-eof 2:1'],
    ['with text after EOF', '# EOF\nx 1\n', 'text-after-eof 2:1'],
    ['with an empty line after EOF', '# EOF\n\n', 'text-after-eof 2:1'],
    ['with text on the line of EOF', '# EOF x\n', 'bad-metadata 1:1'],
    ['with an empty line', end('x 1\n'), 'blank-line 2:1'],
    ['with a comment', end('# note'), 'bad-metadata 1:1'],
    ['with a byte order mark', end('\u{feff}x 1'), 'bad-name 1:1'],
    ['with carriage returns', end('x 1\r'), 'bad-value 1:3'],
    ['with half a surrogate pair', end('# HELP x \ud83d'), 'bad-character 1:10'],
    ['with two blanks', end('x  1'), 'bad-value 1:3'],
    ['with a tab', end('x\t1'), 'bad-name 1:2'],
    ['with a blank in front', end(' x 1'), 'bad-name 1:1'],
    ['with a blank at the end', end('x 1 '), 'bad-timestamp 1:5'],
    ['without a value', end('x{a="1"}'), 'bad-value 1:9'],
    ['without a blank after the braces', end('x{}1'), 'bad-labels 1:4'],
    ['with blanks in the braces', end('x{a="1", b="2"} 1'), 'bad-labels 1:9'],
    ['with a comma at the end', end('x{a="1",} 1'), 'bad-labels 1:9'],
    ['with a quoted name', end('{"x"} 1'), 'bad-name 1:1'],
    ['with a quoted label name', end('x{"a"="b"} 1'), 'bad-labels 1:3'],
    ['with a label twice', end('x{a="1",a="2"} 1'), 'duplicate-label 1:9'],
    ['with the label __name__', end('x{__name__="1"} 1'), 'reserved-label 1:3'],
    ['without a closing quote', end('x{a="1} 1'), 'unterminated-string 1:5'],
    ['with a backslash at the end of help', end('# HELP x \\'), 'bad-escape 1:10'],
    ['with a bare quote in help', end('# HELP x a "b"'), 'bad-escape 1:12'],
    ['with a hexadecimal value', end('x 0x1'), 'bad-value 1:3'],
    ['with a NaN timestamp', end('x 1 NaN'), 'bad-timestamp 1:5'],
    ['with an infinite timestamp', end('x 1 1e306'), 'bad-timestamp 1:5'],
    ['with a type of text', end('# TYPE x untyped'), 'bad-type 1:10'],
    ['with a blank after the type', end('# TYPE x gauge '), 'bad-type 1:10'],
    ['with HELP that lacks its blank', end('# HELP x'), 'bad-metadata 1:9'],
    ['with a unit that is not in the name', end('# UNIT x seconds'), 'bad-unit 1:10'],
    ['with a unit that is no name', end('# UNIT x_s-1 s-1'), 'bad-metadata 1:11'],
    ['with a unit of an info', end('# UNIT x_s s\n# TYPE x_s info'), 'bad-unit 2:1'],
    ['with UNIT twice', end('# UNIT x_s s\n# UNIT x_s s'), 'duplicate-metadata 2:1'],
    ['with TYPE after a sample', end('x 1\n# TYPE x gauge'), 'metadata-after-samples 2:1'],
    ['with families mixed', end('x{a="1"} 1\ny 1\nx{a="2"} 1'), 'interleaved-family 3:1'],
    ['with a family after its own samples', end('x 1\ny 1\n# TYPE x gauge'), 'interleaved-family 3:1'],
    ['with a counter without _total', end('# TYPE c counter\nc 1'), 'bad-sample-name 2:1'],
    ['with a counter that only has _created', end('# TYPE c counter\nc_created 1'), 'missing-sample 2:1'],
    [
      'with a gauge that a counter could create',
      end('# TYPE c_created gauge\n# TYPE c counter'),
      'name-clash 2:1',
    ],
    [
      'with a creation that is no time',
      end('# TYPE c counter\nc_total 1\nc_created NaN'),
      'impossible-value 3:11',
    ],
    ['with a negative counter', end('# TYPE c counter\nc_total -1'), 'impossible-value 2:9'],
    ['with a NaN counter', end('# TYPE c counter\nc_total NaN'), 'impossible-value 2:9'],
    ['with a NaN sum', end('# TYPE s summary\ns_sum NaN'), 'impossible-value 2:7'],
    ['with a broken count', end('# TYPE s summary\ns_count 1.5'), 'impossible-value 2:9'],
    ['with a negative quantile', end('# TYPE s summary\ns{quantile="0"} -1'), 'impossible-value 2:17'],
    ['with a quantile above 1', end('# TYPE s summary\ns{quantile="1.5"} 1'), 'bad-bound 2:1'],
    ['with a quantile without its label', end('# TYPE s summary\ns 1'), 'missing-label 2:1'],
    ['with a quantile label on a sum', end('# TYPE s summary\ns_sum{quantile="1"} 1'), 'reserved-label 2:1'],
    ['with an info that is not 1', end('# TYPE i info\ni_info 2'), 'impossible-value 2:8'],
    ['with a state that is not 0 or 1', end('# TYPE s stateset\ns{s="a"} 2'), 'impossible-value 2:10'],
    ['with a state without its label', end('# TYPE s stateset\ns 1'), 'missing-label 2:1'],
    ['with a series twice', end('x{a="1",b="2"} 1\nx{b="2",a="1"} 1'), 'duplicate-series 2:1'],
    ['with a series again later', end('x{a="1"} 1\nx{a="2"} 1\nx{a="1"} 1'), 'duplicate-series 3:1'],
    [
      'with label sets mixed',
      end('# TYPE s summary\ns_sum{a="1"} 1\ns_sum{a="2"} 1\ns_count{a="1"} 1'),
      'interleaved-series 4:1',
    ],
    ['with timestamps that go back', end('x 1 5\nx 1 4.5'), 'timestamp-order 2:1'],
    ['with timestamps on some samples', end('x 1 5\nx 1'), 'timestamp-order 2:1'],
    ['with a bucket without le', end('# TYPE h histogram\nh_bucket 1'), 'missing-label 2:1'],
    ['with an le of NaN', histogram('NaN 1'), 'bad-bound 2:1'],
    ['with an infinite le spelled otherwise', histogram('Inf 1'), 'bad-bound 2:1'],
    ['with le on a count', end('# TYPE h histogram\nh_count{le="1"} 1'), 'reserved-label 2:1'],
    ['with a negative bucket', histogram('+Inf -1'), 'impossible-value 2:21'],
    ['with a broken bucket', histogram('+Inf 0.5'), 'impossible-value 2:21'],
    ['with buckets descending', histogram('2 1', '1 1', '+Inf 1'), 'bound-order 3:1'],
    ['with buckets that fall', histogram('2 2', '+Inf 1'), 'not-cumulative 3:21'],
    ['without the +Inf bucket', histogram('2 2'), 'missing-inf-bucket 2:1'],
    ['with a histogram of a sum alone', end('# TYPE h histogram\nh_sum 1'), 'missing-inf-bucket 2:1'],
    ['with a count that is not +Inf', histogram('+Inf 2', 'count 3', 'sum 1'), 'count-mismatch 4:1'],
    ['with a sum and no count', histogram('+Inf 2', 'sum 1'), 'missing-sample 3:1'],
    ['with a count and no sum', histogram('+Inf 2', 'count 2'), 'missing-sample 3:1'],
    [
      'with a sum over buckets below 0',
      histogram('-1 0', '+Inf 2', 'sum 1', 'count 2'),
      'impossible-value 5:1',
    ],
    [
      'with a sum below 0 over buckets that are not',
      end('# TYPE w gaugehistogram\nw_bucket{le="+Inf"} 1\nw_gsum -1\nw_gcount 1'),
      'impossible-value 3:8',
    ],
    ['with an exemplar on a gauge', end('# TYPE g gauge\ng 1 # {} 1'), 'bad-exemplar 2:5'],
    ['with an exemplar on a sum', histogram('+Inf 1', 'sum 1 # {} 1'), 'bad-exemplar 3:9'],
    ['with an exemplar above its bucket', histogram('1 1 # {} 2', '+Inf 1'), 'bad-exemplar 2:20'],
    [
      'with an exemplar too long',
      end(`# TYPE c counter\nc_total 1 # {i="${'x'.repeat(128)}"} 1`),
      'bad-exemplar 2:13',
    ],
    ['with an exemplar without braces', end('# TYPE c counter\nc_total 1 # 1'), 'bad-labels 2:13'],
    ['with an exemplar without a value', end('# TYPE c counter\nc_total 1 # {}'), 'bad-exemplar 2:15'],
    ['with more after the exemplar', end('# TYPE c counter\nc_total 1 # {} 1 2 3'), 'unexpected-text 2:19'],
  ])('%s', (_, text, expected) => {
    expect(refusal(text, 'openmetrics')).toBe(expected);
  });
});

describe('OpenMetrics 1.0 with quoted names is refused', () => {
  test.each([
    ['with a name twice', '{"x","y"} 1', 'bad-labels 1:9'],
    ['with a name before and in the braces', 'x{"y"} 1', 'bad-labels 1:6'],
    ['with a name after a label', '{a="b","x"} 1', 'bad-name 1:1'],
    ['with an empty name', '{""} 1', 'bad-labels 1:2'],
    ['with an empty name in metadata', '# TYPE "" gauge', 'bad-metadata 1:10'],
    ['with a name that does not end', '{"x', 'unterminated-string 1:2'],
    ['without any name', '{} 1', 'bad-name 1:1'],
    ['with labels alone', '{"a"="b"} 1', 'bad-name 1:1'],
    ['with blanks in the braces', '{"x", "a"="b"} 1', 'bad-labels 1:6'],
    ['with a dot in a bare name', 'a.b 1', 'bad-name 1:2'],
    ['with a name in an exemplar', '# TYPE c counter\nc_total 1 # {"x"} 1', 'bad-labels 2:17'],
    ['with a counter without _total', '# TYPE "a.b" counter\n{"a.b"} 1', 'bad-sample-name 2:1'],
    ['with the label __name__', '{"x","__name__"="y"} 1', 'reserved-label 1:6'],
  ])('%s', (_, text, expected) => {
    expect(refusal(end(text), 'openmetrics', { escaping: 'allow-utf-8' })).toBe(expected);
  });
});

function end(text: string): string {
  return `${text}\n# EOF\n`;
}

function histogram(...samples: string[]): string {
  const lines = samples.map((sample) => {
    const [name = '', ...rest] = sample.split(' ');
    return `${/^[a-z]/.test(name) ? `h_${name}` : `h_bucket{le="${name}"}`} ${rest.join(' ')}\n`;
  });
  return `# TYPE h histogram\n${lines.join('')}# EOF\n`;
}
