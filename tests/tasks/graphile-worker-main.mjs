// A worker on graphile-worker. Its tasks do what their jobs say.
import { createTaskMetrics } from '@promshard/tasks';
import { instrumentRunner, runnerOptions } from '@promshard/tasks/graphile-worker';
import { openShardStore } from '@promshard/writer';
import { Logger, run } from 'graphile-worker';

import { throwHostile } from './hostile-errors.mjs';
import { topology } from './topology.mjs';

process.on('unhandledRejection', (error) => {
  console.error('unhandled', error);
  process.exit(70);
});
const store = openShardStore();
const metrics = createTaskMetrics({ topology, store });

const tasks = {
  fine: () => {},
  flaky: (_payload, { job }) => {
    if (job.attempts === 1) throw Object.assign(new Error('not yet'), { code: 'ECONNREFUSED' });
  },
  broken: () => {
    throw new TypeError('never');
  },
  hostile: ({ kind }) => throwHostile(kind),
  hanging: async (payload, { job }) => {
    process.send({ kind: 'at', task: 'hanging', id: job.id });
    if (payload.always || job.attempts === 1) await new Promise(() => {});
  },
  // A batch, of which the parts that fail are tried again.
  late: (parts, { job }) =>
    parts.map(async (part) => {
      if (part.fails >= job.attempts) throwHostile(part.kind);
    }),
};
const runner = await instrumentRunner({ metrics, tasks }, (taskList, events) =>
  run({
    connectionString: process.env.BROKER_URL,
    taskList,
    events,
    ...runnerOptions(topology),
    pollInterval: 50,
    noHandleSignals: true,
    logger: new Logger(() => () => {}),
  }),
);
async function stop() {
  await runner.stop();
  store.close();
  process.exit(0);
}
process.once('message', () => void stop());
process.once('disconnect', () => process.exit());
process.send({ kind: 'ready' });
