import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { parseExposition } from '@promshard/exposition';
import { encodeShard, shardFileName } from '@promshard/shard-format';
import { describe, expect, test } from 'vitest';

import { startExporterProcess } from '../support/exporter-process.js';
import { temporaryDirectory } from '../support/temporary-directory.js';

const APPLICATION = fileURLToPath(new URL('leaking-application.mjs', import.meta.url));
const UUID = '919108f7-52d1-4320-9bac-f847db4148a8';
const EMAIL = 'jane.doe@example.com';
const ROUTES = 100_000;
const LEAKS = /919108f7|jane|example\.com|leak\d/i;

async function runApplication(dir: string, backend: string): Promise<string> {
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [APPLICATION], {
    env: {
      PATH: process.env['PATH'],
      PROMETHEUS_MULTIPROC_DIR: dir,
      PROMSHARD_BACKEND: backend,
      A_UUID: UUID,
      AN_EMAIL: EMAIL,
    },
  });
  return stdout + stderr;
}

function seriesOf(exposition: string, name: string): ReadonlyMap<string, number> {
  const samples = parseExposition(exposition).families.flatMap((family) => family.samples);
  return new Map(
    samples
      .filter((sample) => sample.name === name)
      .map((sample) => [sample.labels.map(([label, value]) => `${label}=${value}`).join(), sample.value]),
  );
}

const total = (series: ReadonlyMap<string, number>): number =>
  [...series.values()].reduce((a, b) => a + b, 0);

describe('two processes that put an e-mail address, a UUID and 100,000 routes into labels', () => {
  test(
    'leave nothing of them anywhere; totals, budget and counts of violations hold',
    { timeout: 120_000 },
    async () => {
      const dir = temporaryDirectory();
      const logs = await Promise.all([runApplication(dir, 'auto'), runApplication(dir, 'pwrite')]);
      const exporter = await startExporterProcess(dir);
      const exposition = await exporter.scrape();

      for (const name of readdirSync(dir)) expect(readFileSync(join(dir, name), 'latin1')).not.toMatch(LEAKS);
      for (const log of logs) expect(log).not.toMatch(LEAKS);
      expect(exposition).not.toMatch(LEAKS);
      expect(exporter.errors()).not.toMatch(LEAKS);
      // The errors and warnings were there to be looked at.
      for (const log of logs) {
        expect(log).toContain('{"refused":3}');
        expect(log).toContain('PromshardWarning');
        expect(log).toContain('LABEL_FORBIDDEN');
      }

      expect(Object.fromEntries(seriesOf(exposition, 'requests_total'))).toEqual({
        'route=/items/:id': 2 * ROUTES,
        'route=/users/:id/orders': 4,
        'route=__other__': 12,
      });
      expect(Object.fromEntries(seriesOf(exposition, 'request_seconds_count'))).toEqual({
        'route=/users/:id/orders': 4,
        'route=__other__': 2 * ROUTES + 12,
      });
      expect(Object.fromEntries(seriesOf(exposition, 'tasks_total'))).toEqual({ 'task_name=__other__': 16 });

      const pages = seriesOf(exposition, 'pages_total');
      expect(pages.size).toBe(2001);
      expect(total(pages)).toBe(2 * ROUTES);
      expect(pages.get('page=__overflow__')).toBe(2 * (ROUTES - 2000));
      expect(seriesOf(exposition, 'promshard_series_overflow_total').get('')).toBe(2 * (ROUTES - 2000));

      expect(Object.fromEntries(seriesOf(exposition, 'multiproc_label_violations_total'))).toEqual({
        'label=route,metric=requests_total,reason=url-query': 2 * ROUTES,
        'label=route,metric=requests_total,reason=uuid': 8,
        'label=route,metric=requests_total,reason=email': 8,
        'label=route,metric=request_seconds,reason=undeclared-value': 2 * ROUTES,
        'label=route,metric=request_seconds,reason=uuid': 8,
        'label=route,metric=request_seconds,reason=email': 8,
        'label=task_name,metric=tasks_total,reason=uuid': 8,
        'label=task_name,metric=tasks_total,reason=email': 8,
      });
    },
  );
});

describe('a foreign shard', () => {
  const help = 'h';
  const entry = (labels: Record<string, string>, value: number) => ({
    key: { family: 'jobs', sample: 'jobs_total', labels, help },
    value,
  });
  const gauge = { key: { family: 'g', sample: 'g', labels: {}, help }, value: 1, timestamp: 1 };

  function foreignDirectory(): string {
    const dir = temporaryDirectory();
    const counters = encodeShard([
      entry({ kind: EMAIL }, 1),
      entry({ kind: UUID }, 2),
      entry({ tenant_id: 'leak1' }, 4),
      entry({ userEmail: EMAIL }, 8),
      entry({ kind: 'zip' }, 16),
      {
        key: {
          family: 'multiproc_label_violations',
          sample: 'multiproc_label_violations_total',
          labels: { metric: EMAIL, label: UUID, reason: 'x' },
          help,
        },
        value: 1,
      },
    ]);
    writeFileSync(join(dir, shardFileName({ kind: 'counter' }, '4711')), counters);
    writeFileSync(join(dir, `gauge_all_${EMAIL}.db`), encodeShard([gauge]));
    writeFileSync(join(dir, 'gauge_all_4711.db'), encodeShard([gauge]));
    return dir;
  }

  test('smuggles no label past the exporter, and its totals stay', async () => {
    const exporter = await startExporterProcess(foreignDirectory());
    const exposition = await exporter.scrape();
    expect(exposition).not.toMatch(LEAKS);
    expect(exposition).not.toMatch(/tenant|userEmail/);
    expect(Object.fromEntries(seriesOf(exposition, 'jobs_total'))).toEqual({
      'kind=__other__': 3,
      '': 12,
      'kind=zip': 16,
    });
    expect(Object.fromEntries(seriesOf(exposition, 'g'))).toEqual({ 'pid=4711': 1, 'pid=__other__': 1 });
    expect(exposition).toContain('promshard_exporter_problems{code="forbidden-label"} 2');
  });

  test('shows its labels where the policy is switched off', async () => {
    const exporter = await startExporterProcess(foreignDirectory(), [], ['--label-policy', 'off']);
    expect(await exporter.scrape()).toContain(`jobs_total{kind="${EMAIL}"} 1`);
  });
});
