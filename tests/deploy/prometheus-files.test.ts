import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { temporaryDirectory } from '../support/temporary-directory.js';
import { hasTool, type Tool, toolPath } from '../support/tools.js';
import { DEPLOY, readRules, readText } from './deploy-files.js';

const FOLDER = join(DEPLOY, 'prometheus');

function run(tool: Tool, args: readonly string[]): { status: number | null; output: string } {
  const { status, stdout, stderr } = spawnSync(toolPath(tool), args, { cwd: FOLDER, encoding: 'utf8' });
  return { status, output: stdout + stderr };
}

describe.skipIf(!hasTool('promtool'))('for Prometheus (skipped where promtool is not installed)', () => {
  test('the configuration, with the scrapes and the rules that it names, is one', () => {
    const { status, output } = run('promtool', ['check', 'config', 'prometheus.yml']);
    expect([status, output.match(/FAILED|WARN|duplicate/g)]).toEqual([0, null]);
    expect(output).toContain('2 rule files found');
  });

  test('the scrapes by annotations of pods are a configuration', () => {
    const file = join(temporaryDirectory(), 'prometheus.yml');
    writeFileSync(file, `scrape_config_files: ['${join(FOLDER, 'scrape-kubernetes.yml')}']\n`);
    expect(run('promtool', ['check', 'config', file]).status).toBe(0);
  });

  test('the rules pass the checks of their form', () => {
    const { status, output } = run('promtool', [
      'check',
      'rules',
      '--lint=all',
      '--lint-fatal',
      'rules/recording.yml',
      'rules/alerts.yml',
    ]);
    expect([status, output.includes('FAILED')]).toEqual([0, false]);
  });

  test('the rules hold their tests', () => {
    const { status, output } = run('promtool', ['test', 'rules', 'rules.test.yml']);
    expect([status, output]).toEqual([0, expect.stringContaining('SUCCESS')]);
  });
});

test('every rule has a test', () => {
  const tests = readText('prometheus/rules.test.yml');
  const untested = readRules().filter(
    ({ alert, record }) =>
      !tests.includes(alert === undefined ? `${record}` : `alertname: ${alert}\n        exp_alerts:`),
  );
  expect(untested).toEqual([]);
});

test.skipIf(!hasTool('vmagent') || !hasTool('vmalert'))(
  'vmagent takes the same scrapes and vmalert the same rules, by the strictest reading (skipped where VictoriaMetrics is not installed)',
  () => {
    for (const name of ['scrape.yml', 'scrape-kubernetes.yml']) {
      expect(run('vmagent', [`-promscrape.config=${name}`, '-dryRun']).status).toBe(0);
    }
    expect(run('vmalert', ['-rule=rules/*.yml', '-rule.validateExpressions', '-dryRun']).status).toBe(0);
  },
);
