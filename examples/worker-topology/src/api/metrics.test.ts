import { parseExposition } from '@promshard/exposition';
import { Counter, register } from 'prom-client';
import { afterEach, expect, test } from 'vitest';

import type { QueueStanding } from '../broker/read-queues.js';
import { createApiMetrics } from './metrics.js';

const STANDING: QueueStanding = {
  queue: 'files-dead-letter',
  jobs: { created: 3, retry: 0, active: 0, completed: 0, cancelled: 0, failed: 0 },
  oldestWaitingSeconds: 7,
};

afterEach(() => register.clear());

async function familyNames(metrics: { render(): Promise<string> }): Promise<string[]> {
  return parseExposition(await metrics.render()).families.map((family) => family.name);
}

test('queue gauges are those of the moment of the scrape', async () => {
  let created = 3;
  const metrics = createApiMetrics(async () => [{ ...STANDING, jobs: { ...STANDING.jobs, created } }]);
  expect(await metrics.render()).toContain('queue_dead_letter_jobs 3\n');
  created = 4;
  expect(await metrics.render()).toContain('queue_dead_letter_jobs 4\n');
});

test('without the broker the API still answers, and no gauge shows an old number', async () => {
  let broker: () => Promise<QueueStanding[]> = async () => [STANDING];
  const metrics = createApiMetrics(() => broker());
  await metrics.render();
  broker = async () => Promise.reject(new Error('connection refused'));

  const text = await metrics.render();
  expect(text).toContain('queue_broker_up 0\n');
  expect(text).not.toMatch(/^queue_(jobs|oldest_waiting_job_seconds|dead_letter_jobs)[{ ]/m);
  expect(text).toContain('api_jobs_accepted_total{queue="files-hash"} 0\n');
});

test('what a library puts into the shared registry is not the API’s to say', async () => {
  const shared = new Counter({ name: 'task_started_total', help: 'From elsewhere.' });
  shared.inc();
  expect(await familyNames(createApiMetrics(async () => [STANDING]))).not.toContain('task_started');
});
