import { startPruner } from '@promshard/pruner';
import { createWorkerExits } from '@promshard/tasks';
import { openShardStore } from '@promshard/writer';

import { reportEvent, runProgram } from '../process/run-program.js';
import { startProgram } from '../process/start-program.js';
import { keepWorkers } from './keep-workers.js';

await runProgram('worker-parent', async () => {
  // How workers end is all that it counts: nobody else sees it.
  const store = openShardStore();
  const exits = createWorkerExits({ store });
  const pruner = startPruner({
    onReport(report) {
      if (report.kind === 'done' && report.folded.length > 0) {
        reportEvent({ kind: 'shards-folded', shards: report.folded.length });
      }
    },
  });
  // Whatever a worker comes to load, it does not listen.
  const execArgv = ['--import', import.meta.resolve('@promshard/guardrails/no-listen')];
  const workers = await keepWorkers({
    count: Number(process.env['WORKER_COUNT'] ?? 3),
    startWorker: () =>
      startProgram({ file: new URL('worker.js', import.meta.url), env: process.env, execArgv }),
    onEnd: (end) => (end.kind === 'killed' ? exits.count(null, end.signal) : exits.count(end.code)),
  });

  return {
    details: {},
    failed: workers.failed,
    async stop() {
      await workers.stop();
      // Before the pruner's last run, so that it also folds this; and after the workers, so that it folds what they leave.
      store.close();
      await pruner.pruneNow();
      await pruner.close();
    },
  };
});
