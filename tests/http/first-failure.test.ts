import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { extractBlocks } from '../docs/extract-blocks.js';
import { temporaryDirectory } from '../support/temporary-directory.js';
import { hasTool, toolPath } from '../support/tools.js';

const README = new URL('../../packages/http/README.md', import.meta.url);

const failures = (instance: string, route: string): string =>
  `{job="api",instance="${instance}",route="${route}",status_class="5xx"}`;

// In steps of 15 s, at the end of ten minutes.
const SERIES = {
  'up{job="api",instance="a"}': '1x40',
  'up{job="api",instance="back"}': '_x36 1x4',
  [`http_requests_total${failures('a', '/shown-at-0')}`]: '0x35 1x4',
  [`http_requests_total${failures('a', '/begins')}`]: '_x36 1x4',
  [`http_requests_total${failures('a', '/rises')}`]: '7x35 9x4',
  [`http_requests_total${failures('a', '/quiet')}`]: '5x40',
  [`http_requests_total${failures('back', '/old')}`]: '_x36 70x4',
};

/** What a query answers then, by promtool. */
function evaluate(query: string, expected: Readonly<Record<string, number>>): [number | null, string] {
  const file = join(temporaryDirectory(), 'test.yml');
  const tests = [
    {
      interval: '15s',
      input_series: Object.entries(SERIES).map(([series, values]) => ({ series, values })),
      promql_expr_test: [
        {
          // Of a rate, only whether there is one is of interest; and names are not the same everywhere.
          expr: `sum by (route) (round(${query})) > 0`,
          eval_time: '10m',
          exp_samples: Object.entries(expected).map(([route, value]) => ({
            labels: `{route="${route}"}`,
            value,
          })),
        },
      ],
    },
  ];
  writeFileSync(file, JSON.stringify({ evaluation_interval: '15s', tests }));
  const { status, stdout, stderr } = spawnSync(toolPath('promtool'), ['test', 'rules', file], {
    encoding: 'utf8',
  });
  return [status, `${stdout}${stderr}`];
}

test.skipIf(!hasTool('promtool'))(
  'increase() sees the first failure of a route that was at 0, and the README’s query also that of one that was not there (skipped where promtool is not installed)',
  () => {
    const [query] = extractBlocks(readFileSync(README, 'utf8'), 'promql');
    const seen = { '/shown-at-0': 1, '/rises': 2 };
    expect(evaluate('increase(http_requests_total{status_class="5xx"}[5m])', seen)).toEqual([
      0,
      expect.stringContaining('SUCCESS'),
    ]);
    expect(evaluate(query!.code, { ...seen, '/begins': 1 })).toEqual([0, expect.stringContaining('SUCCESS')]);
  },
);
