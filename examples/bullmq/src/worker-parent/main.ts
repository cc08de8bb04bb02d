import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';

import { startPruner } from '@promshard/pruner';
import { createWorkerExits } from '@promshard/tasks';
import { openShardStore } from '@promshard/writer';

/** Not at once: a worker that cannot start would keep the machine busy. */
const RESTART_DELAY_MS = 200;

// How workers end is all that this process counts: nobody else sees it.
const store = openShardStore();
const exits = createWorkerExits({ store });
const pruner = startPruner();
const running = new Set<ChildProcess>();
let isStopping = false;

function startWorker(): void {
  if (isStopping) return;
  const worker = fork(new URL('worker.js', import.meta.url));
  running.add(worker);
  exits.watch(worker);
  pruner.watch(worker);
  worker.on('error', (error) => console.error(`worker ${worker.pid}: ${error.message}`));
  console.log(`worker ${worker.pid} started`);
  worker.once('exit', (code, signal) => {
    running.delete(worker);
    console.log(`worker ${worker.pid} ended (${signal ?? code})`);
    setTimeout(startWorker, RESTART_DELAY_MS);
  });
}

async function stop(): Promise<void> {
  if (isStopping) return;
  isStopping = true;
  const ended = [...running].map((worker) => once(worker, 'exit'));
  for (const worker of running) worker.kill('SIGTERM');
  await Promise.all(ended);
  store.close();
  await pruner.pruneNow();
  await pruner.close();
  process.exit();
}

for (let place = 0; place < Number(process.env['WORKERS'] ?? 2); place += 1) startWorker();
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void stop());
