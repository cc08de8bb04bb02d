import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { onTestFinished, vi } from 'vitest';

import { freePort } from '../prometheus/prometheus-server.js';
import { temporaryDirectory } from '../support/temporary-directory.js';
import { toolPath } from '../support/tools.js';

/** Starts a real VictoriaMetrics on loopback that scrapes `targets` (job name to `host:port`) every second; its base URL. */
export async function startVictoriaMetrics(targets: Record<string, string>): Promise<string> {
  const dir = temporaryDirectory();
  const config = join(dir, 'scrape.yml');
  const jobs = Object.entries(targets).map(
    ([job, target]) => `  - job_name: ${job}\n    static_configs: [{ targets: ['${target}'] }]\n`,
  );
  writeFileSync(config, `global: { scrape_interval: 1s }\nscrape_configs:\n${jobs.join('')}`);
  const address = `127.0.0.1:${await freePort()}`;
  const server = spawn(
    toolPath('victoriaMetrics'),
    [
      `-promscrape.config=${config}`,
      `-storageDataPath=${join(dir, 'data')}`,
      `-httpListenAddr=${address}`,
      '-loggerLevel=ERROR',
      // What was scraped this second is not held back.
      '-search.latencyOffset=0s',
    ],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  );
  const ended = once(server, 'exit');
  onTestFinished(async () => {
    server.kill('SIGTERM');
    await ended;
  });
  const url = `http://${address}`;
  await vi.waitUntil(async () => (await fetch(`${url}/health`).catch(() => undefined))?.ok === true, {
    timeout: 30_000,
    interval: 100,
  });
  return url;
}
