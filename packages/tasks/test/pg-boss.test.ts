import { describe, expect, test, vi } from 'vitest';

import { createTaskMetrics } from '../src/index.js';
import { consume, type PgBossBroker, type PgBossJob, work } from '../src/pg-boss.js';
import { countingPlace } from './counts.js';

function jobOf(change: Partial<PgBossJob> = {}): PgBossJob {
  const now = new Date();
  return {
    id: 'one',
    name: 'mail',
    data: {},
    expireInSeconds: 60,
    retryCount: 0,
    retryLimit: 2,
    startAfter: now,
    startedOn: now,
    createdOn: now,
    ...change,
  };
}

/** A broker that gives one job, is away when it is first told of its end, and away again whenever it is asked for more. */
function failingBroker(): PgBossBroker {
  const jobs = [jobOf()];
  let tellings = 0;
  const away = async (): Promise<never> => {
    throw new Error('away');
  };
  return {
    fetch: async () => (jobs.length > 0 ? jobs.splice(0) : away()),
    complete: async () => ((tellings += 1) > 1 ? { affected: 1 } : away()),
    fail: away,
    getJobById: away,
  };
}

const hostileListeners: Readonly<Record<string, () => void>> = {
  throws: () => {
    throw new Error('the listener fails');
  },
  // An async function is one of TypeScript's `() => void`, too.
  rejects: () => Promise.reject(new Error('the listener fails')) as never,
};

describe.each(Object.entries(hostileListeners))('a listener of errors that %s', (_how, hostile) => {
  test('ends neither the consumer nor the process, and loses no count', async () => {
    const { place, lines } = countingPlace();
    const metrics = createTaskMetrics({ ...place, taskNames: ['send'] });
    const onError = vi.fn<() => void>(hostile);
    const consumer = consume({
      boss: failingBroker(),
      metrics,
      queue: 'mail',
      handlers: { send: () => {} },
      pollingIntervalMs: 10,
      onError,
    });
    await vi.waitUntil(async () => (await lines()).includes('task_success_total{task_name="send"} 1'));
    const told = onError.mock.calls.length;
    await vi.waitUntil(() => onError.mock.calls.length > told + 2);
    await consumer.stop();
  });
});

test('a batch may have longer than a timer of Node.js can wait', async () => {
  const { place, lines } = countingPlace();
  const metrics = createTaskMetrics({ ...place, taskNames: ['send'] });
  let workOn: ((jobs: readonly PgBossJob[]) => Promise<unknown>) | undefined;
  const boss = {
    async work(_queue: string, _options: object, handler: typeof workOn) {
      workOn = handler;
      return 'id';
    },
  };
  await work({ boss, metrics, queue: 'mail' }, async () => {
    await new Promise((resolve) => setTimeout(resolve, 20));
  });
  await workOn?.([jobOf({ expireInSeconds: 30 * 86_400 })]);
  expect(await lines()).toContain('task_success_total{task_name="send"} 1');
});
