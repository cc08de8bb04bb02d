import { collectDefaultMetrics, Counter, Gauge, Registry } from 'prom-client';

import type { QueueStanding } from '../broker/read-queues.js';
import { DEAD_LETTER_QUEUE, WORK_QUEUES } from '../topology.js';

const MISNAMED_DEFAULTS = [
  'nodejs_active_handles_total',
  'nodejs_active_requests_total',
  'nodejs_active_resources_total',
];

/** What the API tells Prometheus: about itself, and how the queues stand. */
export interface ApiMetrics {
  readonly contentType: string;
  countAccepted(queue: string): void;
  /** The exposition. Gauges of the queues are left out when the broker does not answer. */
  render(): Promise<string>;
}

/**
 * The API's own metrics, in a registry of their own. The registry that prom-client shares by default is not
 * used: what a library may have put there is not the API's to say.
 *
 * @param readQueues - Asks the broker at each scrape, so that a gauge is never older than its scrape.
 */
export function createApiMetrics(readQueues: () => Promise<readonly QueueStanding[]>): ApiMetrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  // Gauges whose names end as only a counter's may (promtool refuses them); the ones without `_total` say the same.
  for (const name of MISNAMED_DEFAULTS) registry.removeSingleMetric(name);

  const accepted = new Counter({
    name: 'api_jobs_accepted_total',
    help: 'Jobs that the broker has taken from this process.',
    labelNames: ['queue'],
    registers,
  });
  for (const { name } of WORK_QUEUES) accepted.inc({ queue: name }, 0);

  const brokerUp = new Gauge({
    name: 'queue_broker_up',
    help: '1 if the broker answered this scrape, else 0.',
    registers,
  });
  const jobs = new Gauge({
    name: 'queue_jobs',
    help: 'Jobs in the broker by queue and state.',
    labelNames: ['queue', 'state'],
    registers,
  });
  const oldest = new Gauge({
    name: 'queue_oldest_waiting_job_seconds',
    help: 'Age of the oldest job that no worker has taken.',
    labelNames: ['queue'],
    registers,
  });
  const deadLetters = new Gauge({
    name: 'queue_dead_letter_jobs',
    help: 'Jobs whose every attempt has failed, waiting for somebody to look at them.',
    registers,
  });

  function show(standings: readonly QueueStanding[]): void {
    for (const { queue, jobs: byState, oldestWaitingSeconds } of standings) {
      for (const [state, count] of Object.entries(byState)) jobs.set({ queue, state }, count);
      oldest.set({ queue }, oldestWaitingSeconds);
      if (queue === DEAD_LETTER_QUEUE) deadLetters.set(byState.created);
    }
  }

  return {
    contentType: registry.contentType,
    countAccepted: (queue) => accepted.inc({ queue }),
    async render() {
      const standings = await readQueues().catch(() => undefined);
      brokerUp.set(standings ? 1 : 0);
      if (standings) {
        show(standings);
      } else {
        // No number is better than an old one.
        jobs.reset();
        oldest.reset();
        deadLetters.remove();
      }
      return registry.metrics();
    },
  };
}
