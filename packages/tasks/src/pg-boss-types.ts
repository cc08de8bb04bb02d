/** A job as pg-boss gives it with `includeMetadata`. */
export interface PgBossJob<D = unknown> {
  readonly id: string;
  readonly name: string;
  readonly data: D;
  /** Seconds; a text where the driver gives exact numbers as texts. */
  readonly expireInSeconds: number | string;
  readonly retryCount: number;
  readonly retryLimit: number;
  readonly startAfter: Date | string;
  readonly startedOn: Date | string;
  readonly createdOn: Date | string;
}

/** What is used of pg-boss (10 to 12) to take jobs and to answer them. */
export interface PgBossBroker {
  fetch(
    queue: string,
    options: { batchSize: number; includeMetadata: true },
  ): Promise<readonly unknown[] | null>;
  complete(queue: string, id: string, result?: object): Promise<unknown>;
  fail(queue: string, id: string, error?: object): Promise<unknown>;
  getJobById(queue: string, id: string): Promise<unknown>;
}

/** Says which task a job is of. What it throws makes the job one of no task. */
export type TaskOf<D = unknown> = (job: PgBossJob<D>) => unknown;

/** The task of a job: the queue's only one, or what the job's data say (`data.task`). */
export function taskOfJob(handlers: ReadonlyMap<unknown, unknown> | undefined): TaskOf {
  if (handlers?.size === 1) {
    const [only] = handlers.keys();
    return () => only;
  }
  return ({ data }) => (typeof data === 'object' && data !== null && 'task' in data ? data.task : undefined);
}

/** {@link TaskOf}, for what may be in a job that anybody sent. */
export function nameOf<D>(taskOf: TaskOf<D>, job: PgBossJob<D>): unknown {
  try {
    return taskOf(job);
  } catch {
    return undefined;
  }
}

/** A longer time-out than this is none for Node.js. */
export const MAX_TIMEOUT_MS = 2_147_483_647;

/** Seconds for which the job could have been taken, by the clock of the database. */
export function waitOf({ startedOn, startAfter, createdOn }: PgBossJob): number {
  const ready = Math.max(new Date(createdOn).getTime(), new Date(startAfter).getTime());
  return (new Date(startedOn).getTime() - ready) / 1000;
}

/** Whether pg-boss gives a job up when this attempt fails. */
export function isLastAttempt({ retryCount, retryLimit }: PgBossJob): boolean {
  return retryCount >= retryLimit;
}
