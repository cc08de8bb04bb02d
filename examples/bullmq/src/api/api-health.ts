import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

import { createHealth, type Health, HealthError } from '@promshard/health';
import type { Queue } from 'bullmq';
import type { Redis } from 'ioredis';

/** Ready while Redis answers; the data plane is up while some worker takes a job and Redis hears of its end. */
export function createApiHealth(redis: Redis, queue: Queue): Health {
  return createHealth({
    ready: { redis: { run: () => redis.ping() } },
    dataPlane: {
      jobs: {
        timeoutMs: 3000,
        cacheMs: 2000,
        async run(signal) {
          const jobId = randomUUID();
          const job = await queue.add(
            'answer-health-check',
            {},
            { jobId, removeOnFail: 10, removeOnComplete: 10 },
          );
          for (;;) {
            const state = await job.getState();
            if (state === 'completed') return;
            if (state === 'failed') throw new HealthError('the job failed');
            await sleep(50, undefined, { signal });
          }
        },
      },
    },
  });
}
