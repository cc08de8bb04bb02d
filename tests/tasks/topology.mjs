import { defineTopology } from '@promshard/tasks';

// What the workers of these tests serve.
export const topology = defineTopology({
  queues: {
    files: {
      concurrency: 4,
      retryLimit: 1,
      retryDelaySeconds: 0,
      expireInSeconds: 3,
      deadLetterQueue: 'files-dead',
    },
  },
  tasks: {
    fine: { queue: 'files' },
    flaky: { queue: 'files' },
    broken: { queue: 'files' },
    hostile: { queue: 'files' },
    hanging: { queue: 'files' },
    late: { queue: 'files' },
    permanent: { queue: 'files' },
    postponed: { queue: 'files' },
  },
});
