import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

import type { Job } from '../job.js';

/** Does a job, as `python/tasks.py` does it. */
export async function performTask(job: Job): Promise<unknown> {
  switch (job.task) {
    case 'hash-file':
      return createHash('sha256')
        .update(await readFile(job.args[0]))
        .digest('hex');
    case 'call-service':
      return sleep(job.args[0] * 1000);
  }
}
