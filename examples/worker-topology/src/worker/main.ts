import path from 'node:path';

import { openShardStore } from '@promshard/writer';

import { brokerAddress, connectBroker } from '../broker/connect.js';
import { runProgram } from '../process/run-program.js';
import { WORK_QUEUES } from '../topology.js';
import { consumeQueue } from './consume-queue.js';
import { runAttempt } from './run-attempt.js';
import { TASK_METRICS } from './task-metrics.js';
import { performTask } from './tasks/perform-task.js';

await runProgram('worker', async () => {
  // First of all: a worker that cannot be seen must not take jobs.
  const store = openShardStore();
  const filesRoot = path.resolve(process.env['FILES_ROOT'] ?? '.');
  const boss = await connectBroker(brokerAddress(process.env), 'worker');

  const consumers = WORK_QUEUES.map((queue) =>
    consumeQueue(boss, queue, async (attempt) => {
      const outcome = await runAttempt(TASK_METRICS[attempt.data.task], () =>
        performTask(attempt, filesRoot),
      );
      // Counted before the broker hears of it, whatever happens in between. Nothing to do on mmap.
      store.flush();
      return outcome;
    }),
  );

  return {
    details: { backend: store.backend },
    async stop() {
      await Promise.all(consumers.map((consumer) => consumer.stop()));
      await boss.stop({ graceful: false });
      store.close();
    },
  };
});
