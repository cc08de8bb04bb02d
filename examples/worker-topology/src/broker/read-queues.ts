import type PgBoss from 'pg-boss';

import { DEAD_LETTER_QUEUE, WORK_QUEUES } from '../topology.js';

/** The states of a pg-boss job, in the order of its life. */
export type JobState = 'created' | 'retry' | 'active' | 'completed' | 'cancelled' | 'failed';

/** How a queue stands, as the broker's own tables say. */
export interface QueueStanding {
  readonly queue: string;
  /** Every state is there, also those of no job. */
  readonly jobs: Readonly<Record<JobState, number>>;
  /** How long the oldest job that no worker has taken has been waiting; 0 if none waits. */
  readonly oldestWaitingSeconds: number;
}

const NO_JOBS: Readonly<Record<JobState, number>> = {
  created: 0,
  retry: 0,
  active: 0,
  completed: 0,
  cancelled: 0,
  failed: 0,
};

/** The queues of the topology, the dead-letter queue last. */
export const ALL_QUEUES: readonly string[] = [...WORK_QUEUES.map((queue) => queue.name), DEAD_LETTER_QUEUE];

interface Row {
  readonly queue: string;
  readonly state: JobState;
  readonly jobs: number;
  readonly oldest_seconds: number;
}

/** Counts jobs by queue and state in one statement, so that all numbers are of one moment. */
export async function readQueues(db: PgBoss.Db, schema: string): Promise<QueueStanding[]> {
  const { rows }: { rows: Row[] } = await db.executeSql(
    `SELECT name AS queue, state::text AS state, count(*)::int AS jobs,
            extract(epoch FROM now() - min(created_on))::float8 AS oldest_seconds
       FROM ${schema}.job WHERE name = ANY($1) GROUP BY name, state`,
    [ALL_QUEUES],
  );

  return ALL_QUEUES.map((queue) => {
    const own = rows.filter((row) => row.queue === queue);
    const waiting = own.filter((row) => row.state === 'created' || row.state === 'retry');
    return {
      queue,
      jobs: { ...NO_JOBS, ...Object.fromEntries(own.map((row) => [row.state, row.jobs])) },
      oldestWaitingSeconds: Math.max(0, ...waiting.map((row) => row.oldest_seconds)),
    };
  });
}
