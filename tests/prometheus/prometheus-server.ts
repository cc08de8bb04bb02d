import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';

import { onTestFinished, vi } from 'vitest';

import { temporaryDirectory } from '../support/temporary-directory.js';
import { toolPath } from '../support/tools.js';

/** A Prometheus that the test started. */
export interface PrometheusServer {
  /** Its base, without a slash at the end. */
  readonly url: string;
  /** Runs an instant query that gives one number; undefined while it gives none. */
  queryNumber(promql: string): Promise<number | undefined>;
}

/** Starts a real Prometheus on loopback that scrapes `targets` (job name to `host:port`) every second, with further command-line options. */
export async function startPrometheus(
  targets: Record<string, string>,
  options: readonly string[] = [],
): Promise<PrometheusServer> {
  const dir = temporaryDirectory();
  const config = join(dir, 'prometheus.yml');
  const jobs = Object.entries(targets).map(
    ([job, target]) => `  - job_name: ${job}\n    static_configs: [{ targets: ['${target}'] }]\n`,
  );
  writeFileSync(config, `global: { scrape_interval: 1s }\nscrape_configs:\n${jobs.join('')}`);
  const address = `127.0.0.1:${await freePort()}`;
  const server = spawn(
    toolPath('prometheus'),
    [
      `--config.file=${config}`,
      `--storage.tsdb.path=${join(dir, 'data')}`,
      `--web.listen-address=${address}`,
      '--log.level=warn',
      ...options,
    ],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  );
  const ended = once(server, 'exit');
  onTestFinished(async () => {
    server.kill('SIGTERM');
    await ended;
  });
  await vi.waitUntil(() => isReady(address), { timeout: 30_000, interval: 100 });
  return {
    url: `http://${address}`,
    async queryNumber(promql) {
      const response = await fetch(`http://${address}/api/v1/query?query=${encodeURIComponent(promql)}`);
      const { data } = (await response.json()) as { data: { result: { value: [number, string] }[] } };
      const text = data.result[0]?.value[1];
      return text === undefined ? undefined : Number(text);
    },
  };
}

async function isReady(address: string): Promise<boolean> {
  try {
    return (await fetch(`http://${address}/-/ready`)).ok;
  } catch {
    return false;
  }
}

/** A port that was free a moment ago: Prometheus cannot tell which one it chose by itself. */
export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}
