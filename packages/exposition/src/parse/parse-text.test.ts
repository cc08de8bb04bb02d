import { describe, expect, test } from 'vitest';
import { refusal } from '../../test/refusal.js';
import { parseExposition } from './parse-exposition.js';

describe('text 0.0.4 is taken', () => {
  test('with blanks, tabs, comments, empty lines and a comma at the end', () => {
    const text =
      '\n  # just a note\n#\tTYPE  up\t gauge \n# EOF\n \t\nup { a = "1" , b="2", }\t 1\nup{}2 \t-5 \n #\n';
    expect(parseExposition(text).families).toEqual([
      {
        name: 'up',
        type: 'gauge',
        help: '',
        samples: [
          {
            name: 'up',
            labels: [
              ['a', '1'],
              ['b', '2'],
            ],
            value: 1,
          },
          { name: 'up', labels: [], value: 2, timestampMs: -5 },
        ],
      },
    ]);
  });

  test('with quoted names', () => {
    const text =
      '# TYPE "my.gauge" gauge\n{"my.gauge","a.label"="x",b="y"} 1\n{"other\\"one"} 2\nplain{"c.d"="z"} 3\n';
    expect(parseExposition(text).families).toEqual([
      {
        name: 'my.gauge',
        type: 'gauge',
        help: '',
        samples: [
          {
            name: 'my.gauge',
            labels: [
              ['a.label', 'x'],
              ['b', 'y'],
            ],
            value: 1,
          },
        ],
      },
      {
        name: 'other"one',
        type: 'unknown',
        help: '',
        samples: [{ name: 'other"one', labels: [], value: 2 }],
      },
      {
        name: 'plain',
        type: 'unknown',
        help: '',
        samples: [{ name: 'plain', labels: [['c.d', 'z']], value: 3 }],
      },
    ]);
  });

  test('with the counter named without _total, whose samples keep their names', () => {
    expect(parseExposition('# TYPE a_total counter\na_total 1\n# TYPE b counter\nb 2\n').families).toEqual([
      { name: 'a', type: 'counter', help: '', samples: [{ name: 'a_total', labels: [], value: 1 }] },
      { name: 'b', type: 'counter', help: '', samples: [{ name: 'b', labels: [], value: 2 }] },
    ]);
  });

  test('with help whose blanks at both ends are ignored', () => {
    expect(parseExposition('# HELP x \t say "a\\\\b\\nc" \t\n# HELP y\n').families).toEqual([
      { name: 'x', type: 'unknown', help: 'say "a\\b\nc"', samples: [] },
      { name: 'y', type: 'unknown', help: '', samples: [] },
    ]);
  });

  test.each([
    ['+1', 1],
    ['-.5', -0.5],
    ['5.', 5],
    ['0012.50E+02', 1250],
    ['1e-400', 0],
    ['nan', Number.NaN],
    ['Nan', Number.NaN],
    ['inf', Infinity],
    ['-INFINITY', -Infinity],
    ['-0', -0],
  ])('with the value %s', (text, value) => {
    expect(parseExposition(`x ${text}\n`).families[0]?.samples[0]?.value).toBe(value);
  });

  test.each([
    ['0', 0],
    ['-0', 0],
    ['+0001700000000123', 1700000000123],
    ['-9223372036854775808', -(2 ** 63)],
    ['9223372036854775807', 2 ** 63],
  ])('with the timestamp %s', (text, timestampMs) => {
    expect(parseExposition(`x 1 ${text}\n`).families[0]?.samples[0]?.timestampMs).toBe(timestampMs);
  });

  test('with the label sets of a histogram mixed, and with counters below zero', () => {
    const text = `\
# TYPE h histogram
h_bucket{a="1",le="1"} 1
h_bucket{a="2",le="1"} 5
h_bucket{le="+Inf",a="1"} 2
h_count{a="1"} 2
h_bucket{a="2",le="+Inf"} 5
# TYPE c counter
c -1
`;
    expect(parseExposition(text).families.map(({ name, samples }) => [name, samples.length])).toEqual([
      ['h', 5],
      ['c', 1],
    ]);
  });

  test('if it is empty', () => {
    expect(parseExposition('')).toEqual({ format: 'text', families: [] });
  });
});

describe('text 0.0.4 is refused', () => {
  test.each([
    ['without the last newline', 'x 1\ny 2', 'missing-newline 2:4'],
    ['with half a surrogate pair', 'x 1\nx{a="\udc00"} 1\n', 'bad-character 2:6'],
    ['without a value', 'x\n', 'bad-value 1:2'],
    ['without a value after labels', 'x{a="b"}\n', 'bad-value 1:9'],
    ['with a name that starts with a digit', '\n 0x 1\n', 'bad-name 2:2'],
    ['with a dot in a bare name', 'a.b 1\n', 'bad-name 1:2'],
    ['without any name', '{} 1\n', 'bad-name 1:1'],
    ['with only labels in the braces', '{a="b"} 1\n', 'bad-name 1:1'],
    ['with a quoted name that is not first', '{a="b","x"} 1\n', 'bad-labels 1:11'],
    ['with two names', 'x{"y"} 1\n', 'bad-labels 1:6'],
    ['with an empty quoted name', '{""} 1\n', 'bad-labels 1:2'],
    ['with a colon in a label name', 'x{a:b="1"} 1\n', 'bad-labels 1:4'],
    ['with two commas', 'x{a="1",,} 1\n', 'bad-labels 1:9'],
    ['with a comma alone', 'x{,} 1\n', 'bad-labels 1:3'],
    ['without a comma', 'x{a="1" b="2"} 1\n', 'bad-labels 1:9'],
    ['without quotes', 'x{a=1} 1\n', 'bad-labels 1:5'],
    ['without a closing brace', 'x{a="1"\n', 'bad-labels 1:8'],
    ['without a closing quote', 'x{a="1} 1\n', 'unterminated-string 1:5'],
    ['with an escaped closing quote', 'x{a="1\\"} 1\n', 'unterminated-string 1:5'],
    ['with an undefined escape', 'x{a="\\t"} 1\n', 'bad-escape 1:6'],
    ['with an undefined escape in help', '# HELP x a \\"quote\\"\n', 'bad-escape 1:12'],
    ['with a label twice', 'x{a="1",b="2",a="1"} 1\n', 'duplicate-label 1:15'],
    ['with the label __name__', 'x{__name__="y"} 1\n', 'reserved-label 1:3'],
    ['with a hexadecimal value', 'x 0x10\n', 'bad-value 1:3'],
    ['with digit separators', 'x 1_000\n', 'bad-value 1:3'],
    ['with a value beyond float64', 'x 1e309\n', 'bad-value 1:3'],
    ['with a signed NaN', 'x -NaN\n', 'bad-value 1:3'],
    ['with a decimal timestamp', 'x 1 1.5\n', 'bad-timestamp 1:5'],
    ['with a timestamp beyond int64', 'x 1 9223372036854775808\n', 'bad-timestamp 1:5'],
    ['with an exemplar', 'x_total 1 # {} 1\n', 'bad-timestamp 1:11'],
    ['with more after the timestamp', 'x 1 2 3\n', 'unexpected-text 1:7'],
    ['with a type of OpenMetrics', '# TYPE x info\n', 'bad-type 1:10'],
    ['with a type and more', '# TYPE x gauge y\n', 'bad-type 1:10'],
    ['with TYPE and no name', '# TYPE\n', 'bad-metadata 1:7'],
    ['with a bad name in TYPE', '# TYPE x-y gauge\n', 'bad-metadata 1:9'],
    ['with TYPE twice', '# TYPE x gauge\n# TYPE x gauge\n', 'duplicate-metadata 2:1'],
    ['with HELP twice', '# HELP x a\n# TYPE x gauge\n# HELP x a\n', 'duplicate-metadata 3:1'],
    ['with TYPE after a sample', 'x 1\n# TYPE x gauge\n', 'metadata-after-samples 2:1'],
    ['with HELP after a sample', '# TYPE x gauge\nx 1\n# HELP x y\n', 'metadata-after-samples 3:1'],
    ['with families mixed', 'x 1\ny 1\nx{a="b"} 1\n', 'interleaved-family 3:1'],
    ['with metadata of a family mixed', '# HELP x a\n# HELP y b\n# TYPE x gauge\n', 'interleaved-family 3:1'],
    ['with a family named as samples of another', 'h_count 1\n# TYPE h histogram\n', 'name-clash 2:1'],
    ['with a histogram named as its family', '# TYPE h histogram\nh 1\n', 'bad-sample-name 2:1'],
    ['with a series twice', 'x{a="1",b="2"} 1\nx{b="2",a="1"} 1 5\n', 'duplicate-series 2:1'],
    ['with a series twice, once with an empty label', 'x 1\nx{a=""} 1\n', 'duplicate-series 2:1'],
    ['with a bucket without le', '# TYPE h histogram\nh_bucket 1\n', 'missing-label 2:1'],
    ['with a bucket whose le is no number', '# TYPE h histogram\nh_bucket{le="x"} 1\n', 'bad-bound 2:1'],
    ['with buckets descending', histogram('2" 1', '1" 1', '+Inf" 1'), 'bound-order 3:1'],
    ['with two buckets of one bound', histogram('1" 1', '1.0" 1', '+Inf" 1'), 'bound-order 3:1'],
    ['with buckets that fall', histogram('1" 2', '+Inf" 1'), 'not-cumulative 3:21'],
    ['without the +Inf bucket', histogram('1" 2', '2" 2'), 'missing-inf-bucket 3:1'],
    ['with a count that is not the +Inf bucket', `${histogram('+Inf" 2')}h_count 3\n`, 'count-mismatch 3:1'],
    ['with a quantile without its label', '# TYPE s summary\ns 1\n', 'missing-label 2:1'],
    ['with a quantile that is no number', '# TYPE s summary\ns{quantile="p"} 1\n', 'bad-bound 2:1'],
    [
      'with quantiles descending',
      '# TYPE s summary\ns{quantile="1"} 1\ns{quantile="0"} 1\n',
      'bound-order 3:1',
    ],
  ])('%s', (_, text, expected) => {
    expect(refusal(text, 'text')).toBe(expected);
  });

  test('with a message that quotes no label value', () => {
    expect(() => parseExposition('x{user="ann@example.com" ann} 1\n')).toThrow(
      'Line 1, column 26: expected a comma or a closing brace, got U+0061 (bad-labels)',
    );
  });
});

function histogram(...buckets: string[]): string {
  return `# TYPE h histogram\n${buckets.map((bucket) => `h_bucket{le="${bucket.replace('" ', '"} ')}\n`).join('')}`;
}
