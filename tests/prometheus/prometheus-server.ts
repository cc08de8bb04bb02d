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
  /** Runs an instant query that gives series. */
  querySeries(promql: string): Promise<readonly QueriedSeries[]>;
}

/** A series with its value at the time of the query. */
export interface QueriedSeries {
  /** The name as `__name__`. */
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** A group of targets, scraped alike. */
export interface ScrapeJob {
  readonly name: string;
  /** `host:port`; a path other than `/metrics` is also a label `path`. */
  readonly targets: readonly { readonly address: string; readonly path?: string }[];
  /** Further settings, as lines of YAML. */
  readonly settings?: readonly string[];
}

/** Starts a real Prometheus on loopback that scrapes `targets` (job name to `host:port`) every second, with further command-line options. */
export async function startPrometheus(
  targets: Record<string, string>,
  options: readonly string[] = [],
): Promise<PrometheusServer> {
  return startPrometheusScraping(
    Object.entries(targets).map(([name, address]) => ({ name, targets: [{ address }] })),
    options,
  );
}

/** Starts a real Prometheus on loopback that scrapes the targets of some jobs every second. */
export async function startPrometheusScraping(
  jobs: readonly ScrapeJob[],
  options: readonly string[] = [],
): Promise<PrometheusServer> {
  const text = jobs.map((job) => jobText(job)).join('');
  return startPrometheusWith(`global: { scrape_interval: 1s }\nscrape_configs:\n${text}`, options);
}

/**
 * Starts a real Prometheus on loopback.
 *
 * @param configuration - The text of its configuration file.
 * @param options - Further options of the program.
 */
export async function startPrometheusWith(
  configuration: string,
  options: readonly string[] = [],
): Promise<PrometheusServer> {
  const dir = temporaryDirectory();
  writeFileSync(join(dir, 'prometheus.yml'), configuration);
  return startPrometheusIn(dir, options);
}

/**
 * Starts a real Prometheus on loopback with the `prometheus.yml` of a directory, in which it also keeps what it stores.
 *
 * @param options - Further options of the program.
 */
export async function startPrometheusIn(
  dir: string,
  options: readonly string[] = [],
): Promise<PrometheusServer> {
  const config = join(dir, 'prometheus.yml');
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
  async function querySeries(promql: string): Promise<readonly QueriedSeries[]> {
    const response = await fetch(`http://${address}/api/v1/query?query=${encodeURIComponent(promql)}`);
    const { data, error } = (await response.json()) as {
      data?: { result: { metric: Record<string, string>; value: [number, string] }[] };
      error?: string;
    };
    if (data === undefined) throw new Error(`Prometheus refused the query: ${error}`);
    return data.result.map(({ metric, value }) => ({
      labels: metric,
      value: Number(value[1].replace('Inf', 'Infinity')),
    }));
  }
  return {
    url: `http://${address}`,
    querySeries,
    queryNumber: async (promql) => (await querySeries(promql))[0]?.value,
  };
}

function jobText({ name, targets, settings = [] }: ScrapeJob): string {
  const groups = targets.map(({ address, path }) => {
    const labels = path === undefined ? '' : `, labels: { __metrics_path__: '${path}', path: '${path}' }`;
    return `      - { targets: ['${address}']${labels} }\n`;
  });
  const more = settings.map((line) => `    ${line}\n`).join('');
  return `  - job_name: ${name}\n${more}    static_configs:\n${groups.join('')}`;
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
