import { spawnSync } from 'node:child_process';

import { auditTarget } from '@promshard/guardrails';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

import { temporaryDirectory } from '../support/temporary-directory.js';
import { hasTool, toolPath } from '../support/tools.js';

// The audit's naming rules are promlint's: the same words about the same names.

const hasPromtool = hasTool('promtool');

const STEMS = [
  [
    'jobs',
    'jobs_total',
    'jobs_count',
    'jobs_sum',
    'jobs_bucket',
    'jobs_total_count',
    'total',
    'x_total_seconds',
  ],
  [
    'wait_seconds',
    'wait_milliseconds',
    'wait_minutes',
    'wait_ms',
    'wait_s',
    'wait_ms_total',
    'size_kilobytes',
    'size_mb',
  ],
  [
    'size_bits',
    'temperature_celsius',
    'temperature_fahrenheit',
    'energy_calories',
    'length_miles',
    'mass_pounds',
  ],
  [
    'length_meters',
    'length_metres',
    'kibibytes_read',
    'wait_seconds_minutes',
    'load_d',
    'm_load',
    'load_m_total',
  ],
  [
    'queue_gauge',
    'queue_gauge_depth',
    'gauge_depth',
    'a_counter_total',
    'a_histogram',
    'a_histogram_seconds',
    'a_summary_x',
  ],
  [
    'queueDepth',
    'queue_Depth',
    'QueueDepth',
    'QUEUE_DEPTH',
    'queue:depth',
    ':queue',
    'jobs_Total',
    'wait_MS',
  ],
].flat();

const LABELS = ['', '{part="a"}', '{partName="a"}', '{quantile="0.5"}', '{le="1"}'];

/** Every stem as every type with every label; each family has a prefix of its own, so that none meets another. */
function corpus(): string {
  let families = 0;
  return STEMS.flatMap((stem) =>
    ['counter', 'gauge', 'untyped', 'histogram', 'summary'].flatMap((type) =>
      LABELS.flatMap((labels, index): string[] => {
        // Own labels of histograms and summaries make them what they are.
        if ((type === 'histogram' || type === 'summary') && /quantile|le=/.test(labels)) return [];
        families += 1;
        const name = `n${families}_${stem}`;
        const help = index === 1 ? '' : `# HELP ${name} Something.\n`;
        return [`${help}# TYPE ${name} ${type}\n${samples(name, type, labels)}`];
      }),
    ),
  ).join('');
}

function samples(name: string, type: string, labels: string): string {
  if (type === 'histogram') {
    const bucket = labels === '' ? '{le="+Inf"}' : labels.replace('}', ',le="+Inf"}');
    return `${name}_bucket${bucket} 1\n${name}_sum${labels} 1\n${name}_count${labels} 1\n`;
  }
  if (type === 'summary') return `${name}_sum${labels} 1\n${name}_count${labels} 1\n`;
  return `${name}${labels} 1\n`;
}

test.skipIf(!hasPromtool)(
  'naming findings are those of promtool (skipped where promtool is not installed)',
  { timeout: 120_000 },
  async () => {
    const text = corpus();
    const file = join(temporaryDirectory(), 'corpus.prom');
    writeFileSync(file, text);
    const { findings } = await auditTarget(file, { maxSeriesPerMetric: 2000, policy: {}, allow: [] });
    const ours = findings
      .filter(({ code }) => code !== 'forbidden-label')
      .map(({ message }) => message.replace(/^\w+ (\S+): (.*)\.$/, '$1 $2'));
    const { stdout, stderr } = spawnSync(toolPath('promtool'), ['check', 'metrics'], {
      input: text,
      encoding: 'utf8',
    });
    const theirs = `${stdout}${stderr}`.split('\n').filter((line) => line !== '');
    expect(theirs.length).toBeGreaterThan(300);
    expect(ours.toSorted()).toEqual(theirs.toSorted());
  },
);
