// What the threads of the pool do.
import { createTaskMetrics } from '@promshard/tasks';
import { threadTasks } from '@promshard/tasks/piscina';
import { openShardStore } from '@promshard/writer';

import { throwHostile } from './hostile-errors.mjs';
import { topology } from './topology.mjs';

const store = openShardStore();
const metrics = createTaskMetrics({ topology, store });

// oxlint-disable-next-line import/no-default-export -- what a thread of Piscina runs
export default threadTasks(metrics, {
  fine: ({ result }) => ({ result }),
  broken: () => {
    throw Object.assign(new Error('gone'), { code: 'ECONNREFUSED' });
  },
  hostile: ({ kind }) => throwHostile(kind),
  // Told by a flag that it is at it: the pool's thread sees it without a message.
  hanging: async ({ flag }) => {
    Atomics.add(new Int32Array(flag), 0, 1);
    Atomics.notify(new Int32Array(flag), 0);
    await new Promise(() => {});
  },
  late: () => process.exit(3),
  // Its result cannot go to another thread.
  permanent: () => () => {},
});
