import { execFileSync, spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type Exemplar,
  type MetricFamily,
  renderOpenMetrics,
  renderText,
  type Sample,
} from '../src/index.js';
import { families } from './arbitrary-families.js';

/** The interpreter that has `prometheus_client`. */
const python = process.env['TEST_TOOLS_PYTHON'] ?? 'python3';
const hasPython = spawnSync(python, ['-c', 'import prometheus_client']).status === 0;
const hasPromtool = spawnSync('promtool', ['--version']).status === 0;
const mayNotSkip = process.env['TEST_TOOLS_REQUIRED'] === '1';

const READ_ALL = `
import json, sys
from prometheus_client import parser
from prometheus_client.openmetrics import parser as openmetrics
parse = {'text': parser, 'openmetrics': openmetrics}[sys.argv[1]].text_string_to_metric_families
def sample(s):
    time = None if s.timestamp is None else round(float(s.timestamp) * 1000)
    exemplar = s.exemplar and [sorted(s.exemplar.labels.items()), repr(float(s.exemplar.value))]
    return [s.name, sorted(s.labels.items()), repr(float(s.value)), time, exemplar]
print(json.dumps([[[f.name, f.type, f.documentation, [sample(s) for s in f.samples]] for f in parse(text)]
                  for text in json.load(sys.stdin)]))
`;

describe('Python prometheus_client reads what we write', () => {
  const without = hasPython ? '' : ' (skipped where Python with prometheus_client is not installed)';

  test.skipIf(!hasPython && !mayNotSkip)(`as text 0.0.4${without}`, () => {
    const given = examples().map((it) =>
      it.map((family) => ({ ...family, samples: family.samples.map(plain) })),
    );
    const texts = given.map((it) => renderText({ families: it }));
    expect(readByPython('text', texts)).toEqual(given);
  });

  test.skipIf(!hasPython && !mayNotSkip)(`as OpenMetrics 1.0${without}`, () => {
    const given = examples();
    const texts = given.map((it) => renderOpenMetrics({ families: it }));
    expect(readByPython('openmetrics', texts)).toEqual(given);
  });
});

test.skipIf(!hasPromtool && !mayNotSkip)(
  `promtool finds no error in what we write${hasPromtool ? '' : ' (skipped where promtool is not installed)'}`,
  () => {
    for (const given of examples().filter((it) => it.length > 0)) {
      const input = renderText({ families: given });
      const { status, stderr } = spawnSync('promtool', ['check', 'metrics'], { input, encoding: 'utf8' });
      // 3 is advice on style, which made-up names and empty help texts do not follow; 1 is an error.
      expect([0, 3], stderr).toContain(status);
    }
  },
);

/**
 * Generated families, the same in each run, without what Python's parsers get wrong: an escaped quote in an
 * exemplar, blanks at the ends of a help text, and times at which a float of seconds is coarser than 1 ms. They
 * also lose an exemplar's time, and sort labels.
 */
function examples(): MetricFamily[][] {
  return fc.sample(families, { numRuns: 200, seed: 4 }).map((it) => it.map(asPythonCan));
}

function asPythonCan(family: MetricFamily): MetricFamily {
  const help = family.help === '' ? '' : `<${family.help}>`;
  return { ...family, help, samples: family.samples.map(sampleAsPythonCan) };
}

function sampleAsPythonCan(sample: Sample): Sample {
  const { timestampMs, exemplar, ...rest } = sample;
  const labels = rest.labels.toSorted(([a], [b]) => (a < b ? -1 : 1));
  const time = timestampMs === undefined ? {} : { timestampMs: Math.abs(timestampMs) % 4e12 };
  return {
    ...rest,
    labels,
    ...time,
    ...(exemplar === undefined ? {} : { exemplar: exemplarAsPythonCan(exemplar) }),
  };
}

function exemplarAsPythonCan({ labels, value }: Exemplar): Exemplar {
  return { labels: labels.map(([name, text]) => [name, text.replaceAll('"', "'")]), value };
}

function plain({ exemplar: _, ...sample }: Sample): Sample {
  return sample;
}

type PythonSample = [string, [string, string][], string, number | null, [[string, string][], string] | null];

function readByPython(format: string, texts: string[]): MetricFamily[][] {
  const input = JSON.stringify(texts);
  const output = execFileSync(python, ['-c', READ_ALL, format], {
    input,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  const read = JSON.parse(output) as [string, MetricFamily['type'], string, PythonSample[]][][];
  return read.map((it) =>
    it.map(([name, type, help, samples]) => ({ name, type, help, samples: samples.map(ours) })),
  );
}

function ours([name, labels, value, time, exemplar]: PythonSample): Sample {
  const timestamp = time === null ? {} : { timestampMs: time };
  const more = exemplar === null ? {} : { exemplar: { labels: exemplar[0], value: ourNumber(exemplar[1]) } };
  return { name, labels, value: ourNumber(value), ...timestamp, ...more };
}

/** A number from Python's `repr`, which is exact. */
function ourNumber(text: string): number {
  return text.endsWith('inf') ? Number(`${text}inity`.replace('i', 'I')) : Number(text);
}
