import { openShardStore } from '@promshard/writer';

import type { Job, WorkerMessage } from '../job.js';
import { performTask } from './perform-task.js';
import { duration, failed, inProgress, started, succeeded } from './task-metrics.js';

// Joins the directory that PROMETHEUS_MULTIPROC_DIR names; Celery's processes write there, too.
const store = openShardStore();

function tell(message: WorkerMessage): void {
  process.send?.(message);
}

async function run(job: Job): Promise<void> {
  const labels = { task_name: job.task };
  const end = duration.startTimer(labels);
  started.inc(labels);
  inProgress.inc(labels);
  const outcome = await performTask(job).then(
    () => 'success' as const,
    () => 'failure' as const,
  );
  (outcome === 'success' ? succeeded : failed).inc(labels);
  inProgress.dec(labels);
  end();
  // Counted before anybody hears of it. Nothing to do on mmap.
  store.flush();
  tell({ kind: 'ended', outcome });
}

process.on('message', (job: Job) => void run(job));
process.on('disconnect', () => store.close());
tell({ kind: 'ready' });
