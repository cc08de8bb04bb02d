import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { auditTarget, type Finding } from '@promshard/guardrails';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { expect, onTestFinished, test, vi } from 'vitest';

import { temporaryDirectory } from '../support/temporary-directory.js';
import { hasTool, toolPath } from '../support/tools.js';

// Each finding about other people's expositions was looked at; docs/audited-expositions.md says what became of it.

interface Review {
  readonly exposition: string;
  readonly code: string;
  readonly metric: string;
  readonly label: string;
}

const RULES = { maxSeriesPerMetric: 2000, policy: {}, allow: [] };
const reviews = readReviews();

test('the default metrics of prom-client', async () => {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const file = join(temporaryDirectory(), 'default.prom');
  writeFileSync(file, await registry.metrics());
  const { findings } = await auditTarget(file, RULES);
  expect(unreviewed('prom-client', findings)).toEqual([]);
  expect(findings.map(({ code }) => code)).toContain('total-suffix');
});

test.skipIf(!hasTool('prometheus'))(
  'Prometheus itself (skipped where prometheus is not installed)',
  { timeout: 60_000 },
  async () => {
    const dir = temporaryDirectory();
    writeFileSync(join(dir, 'prometheus.yml'), '{}\n');
    const address = await freeAddress();
    const url = await startProgram(toolPath('prometheus'), address, [
      `--config.file=${join(dir, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(dir, 'data')}`,
      '--log.level=error',
    ]);
    const { findings } = await auditTarget(url, RULES);
    expect(unreviewed('prometheus', findings)).toEqual([]);
    expect(findings.filter(({ severity }) => severity === 'error')).toEqual([]);
  },
);

test.skipIf(!hasTool('node_exporter'))(
  'node_exporter (skipped where node_exporter is not installed)',
  { timeout: 60_000 },
  async () => {
    const url = await startProgram(toolPath('node_exporter'), await freeAddress(), ['--log.level=error']);
    const { findings } = await auditTarget(url, RULES);
    expect(unreviewed('node_exporter', findings)).toEqual([]);
    expect(findings.map(({ code }) => code)).toContain('forbidden-label');
  },
);

/** Findings that the document does not explain. */
function unreviewed(exposition: string, findings: readonly Finding[]): string[] {
  return findings
    .filter(({ code, message }) => {
      const [, metric = ''] = /^\w+ (\S+):/.exec(message) ?? [];
      const [, label = ''] = /the label (\w+)/.exec(message) ?? [];
      return !reviews.some(
        (review) =>
          review.exposition === exposition &&
          matches(review.code, code) &&
          matches(review.metric, metric) &&
          matches(review.label, label),
      );
    })
    .map(({ code, message }) => `${code}: ${message}`);
}

function matches(pattern: string, text: string): boolean {
  return new RegExp(`^${pattern.replaceAll('*', '.*')}$`).test(text);
}

function readReviews(): Review[] {
  const text = readFileSync(
    fileURLToPath(new URL('../../docs/audited-expositions.md', import.meta.url)),
    'utf8',
  );
  return text.split('\n').flatMap((line): Review[] => {
    const cells = line.split('|').map((cell) => cell.trim().replaceAll('`', ''));
    const [, exposition = '', code = '', metric = '', label = '', verdict = '', why = ''] = cells;
    return (verdict === 'true' || verdict === 'false') && why !== ''
      ? [{ exposition, code, metric, label }]
      : [];
  });
}

/** Starts an exporter of others and resolves to the URL of its metrics. It ends with the test. */
async function startProgram(program: string, address: string, args: readonly string[]): Promise<string> {
  const child = spawn(program, [`--web.listen-address=${address}`, ...args], {
    stdio: 'ignore',
  });
  const ended = once(child, 'exit');
  onTestFinished(async () => {
    child.kill('SIGTERM');
    await ended;
  });
  const url = `http://${address}/metrics`;
  await vi.waitUntil(
    async () => {
      try {
        return (await fetch(url)).ok;
      } catch {
        return false;
      }
    },
    { timeout: 30_000, interval: 100 },
  );
  return url;
}

async function freeAddress(): Promise<string> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return `127.0.0.1:${port}`;
}
