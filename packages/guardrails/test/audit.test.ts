import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { encodeShard, shardFileName } from '@promshard/shard-format';
import { describe, expect, onTestFinished, test } from 'vitest';

import { auditTarget } from '../src/audit/audit-target.js';
import { printReport } from '../src/output/print-report.js';
import { toTable } from '../src/output/table.js';
import { parseConfig } from '../src/settings/parse-config.js';
import { fixtureProject } from './fixture-project.js';

const RULES = parseConfig('the defaults', {}).audit;
const UUID = '919108f7-52d1-4320-9bac-f847db4148a8';

const BAD = `# HELP jobs Jobs.
# TYPE jobs counter
jobs{user_id="17",queue="${UUID}"} 1
jobs{user_id="18",queue="jane@example.com"} 1
jobs{user_id="19",queue="images"} 1
# HELP wait_ms Waiting.
# TYPE wait_ms histogram
wait_ms_bucket{le="1"} 1
wait_ms_bucket{le="+Inf"} 1
wait_ms_sum 1
wait_ms_count 1
`;

const GOOD = `# HELP jobs_total Jobs.
# TYPE jobs_total counter
jobs_total{queue="images"} 1
# HELP wait_seconds Waiting.
# TYPE wait_seconds histogram
wait_seconds_bucket{le="1"} 1
wait_seconds_bucket{le="+Inf"} 1
wait_seconds_sum 1
wait_seconds_count 1
`;

async function auditText(text: string, rules = RULES): Promise<string[]> {
  const root = fixtureProject({ 'metrics.prom': text });
  const report = await auditTarget('metrics.prom', rules, root);
  for (const format of ['text', 'json', 'sarif', 'github'] as const) {
    expect(printReport(report, format)).not.toMatch(/919108f7|jane/);
  }
  expect(toTable(report)).not.toMatch(/919108f7|jane/);
  return report.findings.map(({ severity, code, line, message }) => `${severity} ${code} ${line} ${message}`);
}

describe('an audit', () => {
  test('finds personal data, by name and by value, and bad names; and shows no value', async () => {
    expect(await auditText(BAD)).toEqual([
      `error value-email 1 counter jobs: 1 of the label queue's 3 values refused: email.`,
      `error value-uuid 1 counter jobs: 1 of the label queue's 3 values refused: uuid.`,
      'error forbidden-label 1 counter jobs: the label user_id (3 values) is refused: forbidden-name.',
      'warning total-suffix 1 counter jobs: counter metrics should have "_total" suffix.',
      'warning unit-abbreviated 6 histogram wait_ms: metric names should not contain abbreviated units.',
    ]);
  });

  test('finds nothing in the clean twin', async () => {
    expect(await auditText(GOOD)).toEqual([]);
  });

  test('counts series, not buckets', async () => {
    const series = Array.from(
      { length: 6 },
      (_, index) => `jobs_total{queue="q${'abcdef'[index]}"} 1\n`,
    ).join('');
    const text = `# HELP jobs_total Jobs.\n# TYPE jobs_total counter\n${series}`;
    expect(await auditText(text, { ...RULES, maxSeriesPerMetric: 5 })).toEqual([
      'error too-many-series 1 counter jobs_total: 6 series, more than 5. The label queue has 6 values.',
    ]);
    expect(await auditText(text, { ...RULES, maxSeriesPerMetric: 6 })).toEqual([]);
  });

  test('says where an exposition is malformed', async () => {
    expect(await auditText('jobs_total{queue="a"} one\n')).toEqual([
      expect.stringMatching(/^error malformed 1 The exposition breaks its format's rules/),
    ]);
  });

  test('takes allowances, and finds those of nothing', async () => {
    const allow = [
      { metric: 'jobs', label: 'user_id', reason: 'a test of its own' },
      { metric: 'gone_*', reason: 'a test of its own' },
    ];
    const found = await auditText(BAD, { ...RULES, allow });
    expect(found.filter((line) => line.includes('user_id'))).toEqual([]);
    expect(found).toContain(
      'warning unused-allowance 1 The allowance of any finding for gone_* allows nothing here.',
    );
  });
});

test('a URL is scraped, in the format that it answers with', async () => {
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'application/openmetrics-text; version=1.0.0; charset=utf-8');
    response.end('# TYPE jobs counter\n# HELP jobs Jobs.\njobs_total{email="a"} 1\n# EOF\n');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/metrics`;
  const { findings } = await auditTarget(url, RULES);
  expect(findings).toMatchObject([{ code: 'forbidden-label', file: url }]);
});

test('a directory is read: shards, and files of expositions', async () => {
  const root = fixtureProject({ 'dir/a.prom': GOOD, 'dir/readme.md': 'x' });
  const key = { family: 'mails', sample: 'mails_total', labels: { email: 'x' }, help: 'Mails.' };
  const name = shardFileName({ kind: 'counter' }, '1-0123456789abcdef');
  writeFileSync(join(root, 'dir', name), encodeShard([{ key, value: 1 }]));
  writeFileSync(join(root, 'dir', 'gauge_max_2-0123456789abcdef.db'), 'damaged');
  const { findings, summary } = await auditTarget('dir', RULES, root);
  expect(findings.map(({ code }) => code)).toEqual(['forbidden-label', expect.stringMatching(/^shard-/)]);
  expect(summary).toBe('3 metrics with 3 series at dir');
});

test('a directory without either is an error', async () => {
  const root = fixtureProject({ 'dir/readme.md': 'x' });
  await expect(auditTarget('dir', RULES, root)).rejects.toMatchObject({ code: 'input-missing' });
});
