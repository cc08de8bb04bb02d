import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

import { type MetricFamily, parseExposition } from '@promshard/exposition';

import { temporaryDirectory } from '../../../tests/support/temporary-directory.js';
import { type Program, startProgram, waitFor } from './programs.js';

function built(name: string): string {
  return fileURLToPath(new URL(`../dist/${name}.js`, import.meta.url));
}

/** The API, the worker parent with two workers, and the exporter. */
export interface RunningTopology {
  readonly apiUrl: string;
  readonly exporterUrl: string;
  readonly templates: string;
  readonly workerParent: Program;
  /** The workers that live. */
  workers(): number[];
}

/** Starts all of it on a Redis; it ends with the test. */
export async function startTopology(redisUrl: string): Promise<RunningTopology> {
  const templates = temporaryDirectory();
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    REDIS_URL: redisUrl,
    TEMPLATES_DIR: templates,
    PROMETHEUS_MULTIPROC_DIR: temporaryDirectory(),
    WORKER_METRICS_EXPORTER_PORT: '0',
    PROMSHARD_PRUNE_INTERVAL_MS: '500',
    PORT: '0',
    WORKERS: '2',
    QUEUE_TTL_MS: '100',
  };
  const api = startProgram(process.execPath, [built('api')], env);
  const workerParent = startProgram(process.execPath, [built('worker-parent')], env);
  const bin = createRequire(import.meta.url)
    .resolve('@promshard/exporter')
    .replace(/index\.js$/, 'bin.js');
  const exporter = startProgram(process.execPath, [bin], env);
  const urlOf = ({ output }: Program): string | undefined => /http:\/\/[\d.]+:\d+/.exec(output())?.[0];
  return {
    apiUrl: await waitFor('the API', () => urlOf(api)),
    exporterUrl: await waitFor('the exporter', () => urlOf(exporter)),
    templates,
    workerParent,
    workers() {
      const pids = (pattern: RegExp): number[] =>
        Array.from(workerParent.output().matchAll(pattern), ([, pid]) => Number(pid));
      const ended = new Set(pids(/worker (\d+) ended/g));
      return pids(/worker (\d+) started/g).filter((pid) => !ended.has(pid));
    },
  };
}

/** Reads a `/metrics` endpoint with a strict parser. */
export async function scrape(url: string): Promise<readonly MetricFamily[]> {
  const response = await fetch(`${url}/metrics`);
  if (!response.ok) throw new Error(`${url}/metrics answered ${response.status}.`);
  return parseExposition(await response.text()).families;
}

/** The sum over the series of a sample name that have these label values. */
export function total(
  families: readonly MetricFamily[],
  sampleName: string,
  wanted: Readonly<Record<string, string>> = {},
): number {
  return families
    .flatMap((family) => family.samples)
    .filter(({ name, labels }) => {
      const found = Object.fromEntries(labels);
      return name === sampleName && Object.entries(wanted).every(([label, value]) => found[label] === value);
    })
    .reduce((sum, { value }) => sum + value, 0);
}

/** Asks the API for JSON. */
export async function ask(
  url: string,
  body?: object,
): Promise<{ code: number; answer: Record<string, unknown> }> {
  const response = await fetch(url, {
    ...(body && {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    }),
  });
  return { code: response.status, answer: (await response.json()) as Record<string, unknown> };
}
