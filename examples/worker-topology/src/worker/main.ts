import path from 'node:path';

import { definePolicy } from '@promshard/label-policy';
import { createTaskMetrics } from '@promshard/tasks';
import { consume } from '@promshard/tasks/pg-boss';
import { openShardStore } from '@promshard/writer';

import { brokerAddress, connectBroker } from '../broker/connect.js';
import { runProgram } from '../process/run-program.js';
import { TOPOLOGY } from '../topology.js';
import { taskHandlers } from './tasks/task-handlers.js';

/** How long an idle queue is left before it is asked again. */
const POLLING_INTERVAL_MS = 200;

await runProgram('worker', async () => {
  // First of all: a worker that cannot be seen must not take jobs.
  const store = openShardStore({ labelPolicy: definePolicy({ labels: TOPOLOGY.labels }) });
  const metrics = createTaskMetrics({ topology: TOPOLOGY, store });
  const boss = await connectBroker(brokerAddress(process.env), 'worker');
  const handlers = taskHandlers(path.resolve(process.env['FILES_ROOT'] ?? '.'));

  const consumers = TOPOLOGY.queues.map(({ name }) =>
    consume({
      boss,
      metrics,
      queue: name,
      handlers: handlers[name as keyof typeof handlers],
      pollingIntervalMs: POLLING_INTERVAL_MS,
      onError: (error) => console.error(`worker: the broker did not answer: ${String(error)}`),
    }),
  );
  const heartbeat = metrics.startHeartbeat();

  return {
    details: { backend: store.backend },
    async stop() {
      heartbeat.stop();
      await Promise.all(consumers.map((consumer) => consumer.stop()));
      await boss.stop({ graceful: false });
      store.close();
    },
  };
});
