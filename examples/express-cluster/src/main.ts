import cluster from 'node:cluster';
import { once } from 'node:events';

import { startPruner } from '@promshard/pruner';

if (cluster.isPrimary) runPrimary();
else await import('./server.js');

/** Keeps workers running, and folds the shards of those that end. It counts nothing itself. */
function runPrimary(): void {
  const pruner = startPruner();
  // At once when a worker ends, besides the interval.
  pruner.watch(cluster);

  let isStopping = false;
  cluster.on('listening', ({ process: { pid } }, { address, port }) => {
    console.log(`worker ${pid} listens on http://${address}:${port}`);
  });
  cluster.on('exit', ({ process: { pid } }, code, signal) => {
    console.log(`worker ${pid} ended (${signal ?? code})`);
    // Not at once: one that cannot start would keep the machine busy.
    if (!isStopping) setTimeout(() => isStopping || cluster.fork(), 200);
  });
  for (let i = 0; i < Number(process.env['WORKERS'] ?? 4); i++) cluster.fork();

  const stop = async (): Promise<void> => {
    isStopping = true;
    const workers = Object.values(cluster.workers ?? {}).filter((worker) => worker !== undefined);
    const ended = workers.map((worker) => once(worker, 'exit'));
    for (const worker of workers) worker.process.kill('SIGTERM');
    await Promise.all(ended);
    await pruner.pruneNow();
    await pruner.close();
    process.exit();
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void stop());
}
