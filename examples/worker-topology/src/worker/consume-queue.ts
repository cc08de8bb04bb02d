import { setTimeout as sleep } from 'node:timers/promises';

import type PgBoss from 'pg-boss';

import type { JobData, WorkQueue } from '../topology.js';
import type { Outcome } from './run-attempt.js';
import type { Attempt } from './tasks/perform-task.js';

/** Takes jobs from a queue until it is stopped. */
export interface Consumer {
  /** Takes no further job; settles when those in hand have ended and the broker knows. */
  stop(): Promise<void>;
}

/** How long an idle loop waits before it asks again. */
const IDLE_MS = 200;

/**
 * Takes jobs from a queue, as many at a time as the queue allows, and tells the broker how each ended.
 *
 * pg-boss's own `work()` is not used: it answers a batch as a whole, answers without waiting for the broker
 * to hear it, and gives up on an attempt whose code runs on. Each of these makes what is counted differ from
 * what the broker knows.
 *
 * @param run - Runs an attempt and has counted it durably when it returns. It does not throw.
 */
export function consumeQueue(
  boss: PgBoss,
  queue: WorkQueue,
  run: (attempt: Attempt) => Promise<Outcome>,
): Consumer {
  const stopping = new AbortController();

  async function loop(): Promise<void> {
    while (!stopping.signal.aborted) {
      const [job] = await boss.fetch<JobData>(queue.name, { includeMetadata: true });
      if (job === undefined) {
        await sleep(IDLE_MS, undefined, { signal: stopping.signal }).catch(() => undefined);
        continue;
      }
      await answer(job.id, await run(job));
    }
  }

  async function answer(id: string, outcome: Outcome): Promise<void> {
    try {
      if (outcome.kind === 'success') await boss.complete(queue.name, id, outcome.result);
      else await boss.fail(queue.name, id, outcome.error);
    } catch (error) {
      // The job is still active for the broker; it expires there and is run again.
      console.error(`worker: the broker did not hear how a job of ${queue.name} ended: ${String(error)}`);
    }
  }

  const loops = Array.from({ length: queue.concurrency }, loop);
  return {
    async stop() {
      stopping.abort();
      await Promise.all(loops);
    },
  };
}
