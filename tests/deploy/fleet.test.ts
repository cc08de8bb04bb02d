import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { encodeShard } from '@promshard/shard-format';
import { onTestFinished, test, vi } from 'vitest';

import { type PrometheusServer, startPrometheusIn } from '../prometheus/prometheus-server.js';
import { startExporterProcess } from '../support/exporter-process.js';
import { temporaryDirectory } from '../support/temporary-directory.js';
import { hasTool, toolPath } from '../support/tools.js';
import { adaptedCopy } from './adapted-copy.js';

/** How many workers are up on each of three hosts. */
const WORKERS = [3, 40, 500];

/** Starts an exporter a host; resolves to a copy of the files whose targets they are. */
async function startHosts(): Promise<string> {
  const hosts = await Promise.all(
    WORKERS.map(async (up) => {
      const dir = temporaryDirectory();
      const key = { family: 'worker_up', sample: 'worker_up', labels: {}, help: 'Workers that are up.' };
      writeFileSync(join(dir, 'gauge_livesum_1.db'), encodeShard([{ key, value: up }]));
      return new URL((await startExporterProcess(dir)).url).host;
    }),
  );
  return adaptedCopy({ 'workers.yml': JSON.stringify([{ targets: hosts }]), 'api.yml': '[]' });
}

async function sumsUp(prometheus: PrometheusServer): Promise<void> {
  const reaches = async (query: string, value: number): Promise<void> => {
    const poll = async (): Promise<boolean> => (await prometheus.queryNumber(query)) === value;
    await vi.waitUntil(poll, { timeout: 60_000, interval: 200 });
  };
  await reaches('job:up:sum{job="workers"}', 3);
  await reaches('job:worker_up:sum{job="workers"}', 543);
}

test.skipIf(!hasTool('prometheus'))(
  'Prometheus scrapes three exporters and sums over them (skipped where Prometheus is not installed)',
  async () => {
    await sumsUp(await startPrometheusIn(await startHosts()));
  },
  120_000,
);

test.skipIf(!hasTool('prometheus') || !hasTool('vmagent'))(
  'vmagent scrapes three exporters and passes on what is summed over (skipped where Prometheus or vmagent is not installed)',
  async () => {
    const dir = await startHosts();
    // It stores and runs the rules; vmagent alone scrapes.
    writeFileSync(
      join(dir, 'prometheus.yml'),
      'global: { evaluation_interval: 1s }\nrule_files: [rules/*.yml]\n',
    );
    const storage = await startPrometheusIn(dir, ['--web.enable-remote-write-receiver']);
    const agent = spawn(
      toolPath('vmagent'),
      [
        `-promscrape.config=${join(dir, 'scrape.yml')}`,
        `-remoteWrite.url=${storage.url}/api/v1/write`,
        `-remoteWrite.tmpDataPath=${join(dir, 'queue')}`,
        '-remoteWrite.flushInterval=500ms',
        '-httpListenAddr=127.0.0.1:0',
        '-loggerLevel=ERROR',
      ],
      { stdio: ['ignore', 'ignore', 'inherit'] },
    );
    const ended = once(agent, 'exit');
    onTestFinished(async () => {
      agent.kill('SIGTERM');
      await ended;
    });
    await sumsUp(storage);
  },
  120_000,
);
