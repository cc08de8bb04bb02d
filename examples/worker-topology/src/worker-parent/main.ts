import { startPruner } from '@promshard/pruner';

import { reportEvent, runProgram } from '../process/run-program.js';
import { startProgram } from '../process/start-program.js';
import { keepWorkers } from './keep-workers.js';

await runProgram('worker-parent', async () => {
  const pruner = startPruner({
    onReport(report) {
      if (report.kind === 'done' && report.folded.length > 0) {
        reportEvent({ kind: 'shards-folded', shards: report.folded.length });
      }
    },
  });
  // Whatever a worker comes to load, it does not listen.
  const execArgv = ['--import', import.meta.resolve('@promshard/guardrails/no-listen')];
  const workers = await keepWorkers(Number(process.env['WORKER_COUNT'] ?? 3), () =>
    startProgram({ file: new URL('worker.js', import.meta.url), env: process.env, execArgv }),
  );

  return {
    details: {},
    failed: workers.failed,
    async stop() {
      await workers.stop();
      // After the workers, so that it also folds what they leave.
      await pruner.pruneNow();
      await pruner.close();
    },
  };
});
