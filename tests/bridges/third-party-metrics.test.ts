import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

import { createAggregator } from '@promshard/aggregator';
import { prune } from '@promshard/pruner';
import { expect, onTestFinished, test } from 'vitest';

import { startExporterProcess } from '../support/exporter-process.js';
import { temporaryDirectory } from '../support/temporary-directory.js';

const patience = { timeout: 30_000 };

/** A service whose middleware counts with prom-client, mirrored. */
async function startServer(
  dir: string,
): Promise<{ child: ChildProcess; request(name: string): Promise<void> }> {
  const file = fileURLToPath(new URL('mirrored-server.mjs', import.meta.url));
  const child = spawn(process.execPath, [file, dir], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const [url] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  return {
    child,
    request: async (name) => {
      const response = await fetch(`${url}/users/${name}`);
      await response.text();
    },
  };
}

async function end(child: ChildProcess, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
  const exit = once(child, 'exit');
  child.kill(signal);
  await exit;
}

test('the requests that a published middleware counts in several processes are one total, whoever dies', async () => {
  const dir = temporaryDirectory();
  const [killed, stopped, living] = await Promise.all([startServer(dir), startServer(dir), startServer(dir)]);
  const exporter = await startExporterProcess(dir);
  const counts = async (): Promise<Record<string, number>> => {
    const body = await exporter.scrape();
    const lines = body.matchAll(/^http_request_duration_seconds_count\{.*?status_code="(\d+)".*?\} (\d+)$/gm);
    return Object.fromEntries([...lines].map(([, status, count]) => [status, Number(count)]));
  };
  for (const [i, { request }] of [killed, stopped, living].entries()) {
    for (let n = 0; n < 5 * (i + 1); n++) await request(`person${n}`);
    await request('nobody');
  }
  await expect.poll(counts, patience).toEqual({ 200: 30, 404: 3 });

  await end(killed.child, 'SIGKILL');
  expect(await counts()).toEqual({ 200: 30, 404: 3 });
  await prune({ dir });
  expect(await counts()).toEqual({ 200: 30, 404: 3 });

  // Whoever ends by the book loses nothing, however little time has passed since.
  for (let n = 0; n < 10; n++) await stopped.request('person');
  await end(stopped.child, 'SIGTERM');
  expect(await counts()).toEqual({ 200: 40, 404: 3 });
  await prune({ dir });
  await living.request('person');
  await expect.poll(counts, patience).toEqual({ 200: 41, 404: 3 });

  // The middleware's label `path` is none that the policy allows: the series are kept without it.
  const { families, problems } = await createAggregator({ dir }).collect();
  expect(problems).toEqual([]);
  const requests = families.find(({ name }) => name === 'http_request_duration_seconds');
  expect(requests?.type).toBe('histogram');
  const labels = new Set(requests?.samples.flatMap((sample) => sample.labels.map(([name]) => name)));
  expect([...labels].toSorted()).toEqual(['le', 'method', 'status_code']);
  expect(await exporter.scrape()).not.toContain('person');
  // A gauge of the living only: the middleware's `up`.
  expect(families.find(({ name }) => name === 'up')?.samples.map(({ value }) => value)).toEqual([1]);
});
