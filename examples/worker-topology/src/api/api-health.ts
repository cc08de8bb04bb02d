import { setTimeout as sleep } from 'node:timers/promises';

import { createHealth, type Health, HealthError } from '@promshard/health';
import type pg from 'pg';
import type PgBoss from 'pg-boss';

import { TOPOLOGY } from '../topology.js';

const TASK = 'answer-health-check';
/** Longer than an idle worker waits before it asks for jobs. */
const ROUND_TRIP_TIMEOUT_MS = 3000;
const POLLING_INTERVAL_MS = 100;

/** Ready while the broker answers; the data plane is up while some worker takes a job and the broker hears of its end. */
export function createApiHealth(boss: PgBoss, pool: pg.Pool): Health {
  const queue = TOPOLOGY.queueOf(TASK).name;
  return createHealth({
    ready: { broker: { run: () => pool.query('SELECT 1') } },
    dataPlane: {
      jobs: {
        timeoutMs: ROUND_TRIP_TIMEOUT_MS,
        cacheMs: 2000,
        async run(signal) {
          const id = await boss.send(queue, { task: TASK });
          if (id === null) throw new HealthError('the broker took no job');
          while (!signal.aborted) {
            const job = await boss.getJobById(queue, id);
            if (job?.state === 'completed') return;
            if (job?.state === 'failed') throw new HealthError('the job failed');
            await sleep(POLLING_INTERVAL_MS, undefined, { signal });
          }
        },
      },
    },
  });
}
