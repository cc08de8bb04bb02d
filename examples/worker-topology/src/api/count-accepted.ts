import { Counter, type Registry } from 'prom-client';

import { FILE_QUEUES } from '../topology.js';

/** Makes the counter of accepted jobs, at 0 for each queue, and returns what counts one. */
export function countAccepted(registry: Registry): (queue: string) => void {
  const accepted = new Counter({
    name: 'api_jobs_accepted_total',
    help: 'Jobs that the broker has taken from this process.',
    labelNames: ['queue'],
    registers: [registry],
  });
  for (const queue of FILE_QUEUES) accepted.inc({ queue }, 0);
  return (queue) => accepted.inc({ queue });
}
