// A worker on pg-boss. Its tasks do what their jobs say.
import { setTimeout as sleep } from 'node:timers/promises';

import { createTaskMetrics } from '@promshard/tasks';
import { consume } from '@promshard/tasks/pg-boss';
import { openShardStore } from '@promshard/writer';
import PgBoss from 'pg-boss';

import { throwHostile } from './hostile-errors.mjs';
import { topology } from './topology.mjs';

const boss = new PgBoss({
  connectionString: process.env.BROKER_URL,
  supervise: false,
  schedule: false,
  migrate: false,
});
const onError = (error) => process.send({ kind: 'problem', text: error.message });
boss.on('error', onError);
process.on('unhandledRejection', (error) => {
  console.error('unhandled', error);
  process.exit(70);
});
await boss.start();

const store = openShardStore();
const metrics = createTaskMetrics({ topology, store });
const heartbeat = metrics.startHeartbeat({ intervalMs: 50 });
const at = (task, { job }) => process.send({ kind: 'at', task, id: job.id });

const consumer = consume({
  boss,
  metrics,
  queue: 'files',
  pollingIntervalMs: 50,
  onError,
  handlers: {
    fine: async ({ result, ms }) => {
      if (ms !== undefined) await sleep(ms);
      return { result };
    },
    flaky: (_data, { job }) => {
      if (job.retryCount === 0) throw Object.assign(new Error('not yet'), { code: 'ECONNREFUSED' });
    },
    broken: () => {
      throw new TypeError('never');
    },
    hostile: ({ kind }) => throwHostile(kind),
    hanging: async (data, context) => {
      at('hanging', context);
      if (data.always || context.job.retryCount === 0) await new Promise(() => {});
    },
    late: async ({ afterMs, throws }, context) => {
      at('late', context);
      if (context.job.retryCount > 0) return;
      await sleep(afterMs);
      if (throws) throw new Error('too late');
    },
    // Other brokers' tests have these.
    permanent: () => {},
    postponed: () => {},
  },
});
async function stop() {
  await consumer.stop();
  heartbeat.stop();
  await boss.stop({ graceful: false });
  store.close();
  process.exit(0);
}
process.once('message', () => void stop());
process.once('disconnect', () => process.exit());
process.send({ kind: 'ready' });
