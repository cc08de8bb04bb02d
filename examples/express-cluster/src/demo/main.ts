// Starts the service and the exporter, sends requests, kills a worker, and compares what was sent with what is
// exported. Ends with 1 if they differ.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { parseExposition, type Sample } from '@promshard/exposition';

import { fetchPage, startProgram, waitFor } from './processes.js';

const dir = await mkdtemp(join(tmpdir(), 'express-cluster-'));
const env = {
  PROMETHEUS_MULTIPROC_DIR: dir,
  PORT: '0',
  WORKERS: '3',
  WORKER_METRICS_EXPORTER_PORT: '0',
  PROMSHARD_COLLECT_INTERVAL_MS: '200',
};
const service = startProgram(new URL('main.js', import.meta.url), env);
const exporter = startProgram(new URL('bin.js', import.meta.resolve('@promshard/exporter')), env);

try {
  const workers = await waitFor('three workers', () => {
    const found = service.lines.flatMap((line) => /worker (\d+) listens on (\S+)/.exec(line)?.slice(1) ?? []);
    return found.length === 6 ? found : undefined;
  });
  const [victim, url] = workers as [string, string];
  const metricsUrl = await waitFor('the exporter', () =>
    exporter.lines.map((line) => /http:\S+\/metrics/.exec(line)?.[0]).find((found) => found !== undefined),
  );
  console.log(`three workers listen on ${url}; metrics are on ${metricsUrl}`);

  const sent = new Map<string, number>();
  const send = async (route: string, path: string): Promise<void> => {
    await fetchPage(url + path);
    sent.set(route, (sent.get(route) ?? 0) + 1);
  };
  const samplesOf = async (name: string): Promise<readonly Sample[]> => {
    const { families } = parseExposition(await fetchPage(metricsUrl));
    return families.flatMap(({ samples }) => samples.filter((sample) => sample.name === name));
  };
  const exported = async (): Promise<Map<string, number>> => {
    const totals = new Map<string, number>();
    for (const { labels, value } of await samplesOf('http_request_duration_seconds_count')) {
      const route = labels.find(([label]) => label === 'route')?.[1] ?? '';
      totals.set(route, (totals.get(route) ?? 0) + value);
    }
    return totals;
  };
  const agree = async (): Promise<true | undefined> => {
    const found = await exported();
    return [...sent].every(([route, count]) => found.get(route) === count) || undefined;
  };
  const showTotals = async (): Promise<void> => {
    // A client has its answer before the server has counted it.
    await waitFor('equal totals', agree);
    const found = await exported();
    for (const [route, count] of sent)
      console.log(`  ${route.padEnd(12)} sent ${count}, exported ${found.get(route)}`);
  };
  const sendAll = async (count: number): Promise<void> => {
    for (let i = 0; i < count; i++) await send('/orders/:id', `/orders/${i}`);
    for (let i = 0; i < count / 2; i++) await send('/orders/', '/orders');
    for (let i = 0; i < count / 4; i++) await send('unmatched', `/nowhere/${i}`);
  };

  await sendAll(120);
  await showTotals();

  process.kill(Number(victim), 'SIGKILL');
  console.log(`kill -9 ${victim}`);
  await waitFor('its successor', () => service.lines.filter((line) => line.includes('listens'))[3]);
  await showTotals();
  await sendAll(80);
  await showTotals();

  // The gauges of the dead worker go when the pruner has folded its shards; what it counted stays.
  const living = await waitFor('three living workers', async () => {
    const { length } = await samplesOf('process_start_time_seconds');
    return length === 3 ? length : undefined;
  });
  const [cpu] = await samplesOf('process_cpu_seconds_total');
  console.log(
    `${living} workers live; all that ever lived used ${cpu?.value.toFixed(2)} s of processor time`,
  );

  const code = await service.stop();
  if (code !== 0) throw new Error(`The service ended with ${code}.`);
  console.log('the service has ended');
  await showTotals();
  console.log('The totals hold.');
} finally {
  await service.stop();
  await exporter.stop();
  await rm(dir, { recursive: true });
}
