// prom-client's cluster registry: the primary asks every worker for its metrics over IPC.
import cluster from 'node:cluster';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

import promClient from 'prom-client';

import { median } from '../report.js';

if (cluster.isWorker) {
  const counter = new promClient.Counter({
    name: 'http_requests_total',
    help: 'Requests.',
    labelNames: ['method', 'route', 'status'],
  });
  for (let i = 0; i < Number(process.env.BENCH_SERIES); i++) {
    counter.inc({ method: 'GET', route: `/route/r${i}`, status: '200' }, i);
  }
  // Workers answer scrapes once this exists.
  void new promClient.AggregatorRegistry();
  process.send('ready');
}

/**
 * What one cluster scrape to text costs the primary, without what it costs each worker; undefined where workers did not
 * answer within prom-client's 5 s.
 */
export async function scrapeCluster(workers, series, rounds) {
  cluster.setupPrimary({ exec: fileURLToPath(import.meta.url), execArgv: [] });
  const registry = new promClient.AggregatorRegistry();
  const forks = Array.from({ length: workers }, () => cluster.fork({ BENCH_SERIES: String(series) }));
  await Promise.all(forks.map((fork) => once(fork, 'message')));
  const times = [];
  const processor = [];
  try {
    for (let round = 0; round <= rounds; round++) {
      const before = process.cpuUsage();
      const start = performance.now();
      Buffer.from(await registry.clusterMetrics());
      if (round === 0) continue;
      times.push(performance.now() - start);
      const { user, system } = process.cpuUsage(before);
      processor.push((user + system) / 1000);
    }
    const peak = process.resourceUsage().maxRSS / 1024;
    return { wall: median(times), cpu: median(processor), peak };
  } catch {
    return undefined;
  } finally {
    for (const fork of forks) fork.process.kill('SIGKILL');
    await Promise.all(forks.filter((fork) => !fork.isDead()).map((fork) => once(fork, 'exit')));
  }
}
