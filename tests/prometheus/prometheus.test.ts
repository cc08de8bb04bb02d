import { spawnSync } from 'node:child_process';

import { parseExposition } from '@promshard/exposition';
import { auditTarget } from '@promshard/guardrails';
import { expect, test, vi } from 'vitest';

import { hasTool, toolPath } from '../support/tools.js';
import { keepDemoRunning } from './kept-demo.js';
import { startPrometheus } from './prometheus-server.js';

const AUDIT_RULES = { maxSeriesPerMetric: 2000, policy: {}, allow: [] };
const hasBoth = hasTool('promtool') && hasTool('prometheus');

test.skipIf(!hasBoth)(
  'promtool and the audit pass both endpoints, and Prometheus scrapes both and sums them right (skipped where Prometheus is not installed)',
  async () => {
    const { api, exporter } = await keepDemoRunning();
    for (const url of [api, exporter]) {
      const text = await (await fetch(`${url}/metrics`)).text();
      const check = spawnSync(toolPath('promtool'), ['check', 'metrics'], { input: text, encoding: 'utf8' });
      expect(`${check.stdout}${check.stderr}`).toBe('');
      expect(check.status).toBe(0);
      expect((await auditTarget(`${url}/metrics`, AUDIT_RULES)).findings).toEqual([]);
    }

    const prometheus = await startPrometheus({ api: new URL(api).host, workers: new URL(exporter).host });
    const scraped = async (job: string): Promise<void> => {
      await vi.waitUntil(async () => (await prometheus.queryNumber(`up{job="${job}"}`)) === 1, {
        timeout: 30_000,
        interval: 200,
      });
    };
    await Promise.all([scraped('api'), scraped('workers')]);

    // All jobs have run, so the totals stand still.
    const { families } = parseExposition(await (await fetch(`${exporter}/metrics`)).text());
    const total = (family: string, sample: string): number =>
      families
        .find(({ name }) => name === family)
        ?.samples.filter(({ name }) => name === sample)
        .reduce((sum, { value }) => sum + value, 0) ?? 0;
    const succeeded = total('task_success', 'task_success_total');
    expect(succeeded).toBeGreaterThan(0);
    expect(await prometheus.queryNumber('sum(task_success_total)')).toBe(succeeded);
    expect(await prometheus.queryNumber('sum(task_duration_seconds_count)')).toBe(
      total('task_duration_seconds', 'task_duration_seconds_count'),
    );
    expect(
      await prometheus.queryNumber('histogram_quantile(0.5, sum by (le) (task_duration_seconds_bucket))'),
    ).toBeGreaterThan(0);
    expect(await prometheus.queryNumber('sum(task_success_total{job="api"})')).toBeUndefined();
  },
  180_000,
);
