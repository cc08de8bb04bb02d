import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { encodeShard } from '@promshard/shard-format';
import { expect, onTestFinished, test, vi } from 'vitest';

import { type PrometheusServer, startPrometheusWith } from '../prometheus/prometheus-server.js';
import { startExporterProcess } from '../support/exporter-process.js';
import { temporaryDirectory } from '../support/temporary-directory.js';
import { hasTool, toolPath } from '../support/tools.js';

const FLEET = fileURLToPath(new URL('../../docs/fleet', import.meta.url));

/** What each of three hosts has counted. */
const BACKLOGS = [3, 40, 500];

/** Starts an exporter a host; resolves to their addresses. */
async function startHosts(): Promise<readonly string[]> {
  return Promise.all(
    BACKLOGS.map(async (backlog) => {
      const dir = temporaryDirectory();
      const key = { family: 'task_backlog', sample: 'task_backlog', labels: {}, help: 'Tasks that wait.' };
      writeFileSync(join(dir, 'gauge_sum_1.db'), encodeShard([{ key, value: backlog }]));
      return new URL((await startExporterProcess(dir)).url).host;
    }),
  );
}

/** A configuration of the documents, with the hosts of the test and no time to wait. */
function adapted(name: string, hosts: readonly string[]): string {
  let text = readFileSync(join(FLEET, name), 'utf8')
    .replaceAll(/_interval: \d+s/g, '_interval: 1s')
    .replace('rules.yml', join(FLEET, 'rules.yml'));
  for (const [index, host] of hosts.entries())
    text = text.replace(`worker-${index + 1}.example.com:9108`, host);
  expect(text).not.toContain('worker-1.example.com:9108\n');
  return text;
}

async function sumsUp(prometheus: PrometheusServer): Promise<void> {
  const reaches = async (query: string, value: number): Promise<void> => {
    const poll = async (): Promise<boolean> => (await prometheus.queryNumber(query)) === value;
    await vi.waitUntil(poll, { timeout: 60_000, interval: 200 });
  };
  await reaches('job:up:sum{job="workers"}', 3);
  await reaches('job:task_backlog:sum{job="workers"}', 543);
}

test.skipIf(!hasTool('promtool'))(
  'the rules of the documents hold their tests (skipped where promtool is not installed)',
  () => {
    for (const args of [
      ['check', 'rules', 'rules.yml'],
      ['check', 'config', 'prometheus.yml'],
      ['test', 'rules', 'rules.test.yml'],
    ]) {
      const { status, stderr } = spawnSync(toolPath('promtool'), args, { cwd: FLEET, encoding: 'utf8' });
      expect([status, stderr]).toEqual([0, '']);
    }
  },
);

test.skipIf(!hasTool('prometheus'))(
  'Prometheus scrapes three exporters and sums over them (skipped where Prometheus is not installed)',
  async () => {
    await sumsUp(await startPrometheusWith(adapted('prometheus.yml', await startHosts())));
  },
  120_000,
);

test.skipIf(!hasTool('prometheus') || !hasTool('vmagent'))(
  'vmagent scrapes three exporters and passes on what is summed over (skipped where Prometheus or vmagent is not installed)',
  async () => {
    const rules = `global: { evaluation_interval: 1s }\nrule_files: ['${join(FLEET, 'rules.yml')}']\n`;
    const storage = await startPrometheusWith(rules, ['--web.enable-remote-write-receiver']);
    const dir = temporaryDirectory();
    const config = join(dir, 'vmagent.yml');
    writeFileSync(config, adapted('vmagent.yml', await startHosts()));
    const agent = spawn(
      toolPath('vmagent'),
      [
        `-promscrape.config=${config}`,
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
