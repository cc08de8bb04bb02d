import type { LabelDomain } from '@promshard/label-policy';

/** How a work queue is to be served; what is not given is the default. */
export interface QueueOptions {
  /** Jobs that one worker process has in hand at a time; by default 1. */
  readonly concurrency?: number;
  /** Attempts after the first; by default 2. */
  readonly retryLimit?: number;
  /** Seconds between a failed attempt and the next; by default 0. */
  readonly retryDelaySeconds?: number;
  /** Whether the delay doubles with each attempt; by default false. */
  readonly retryBackoff?: boolean;
  /**
   * Seconds that an attempt may take before the broker gives the job to another worker, which is also how long the jobs of a killed
   * worker wait; by default 900.
   */
  readonly expireInSeconds?: number;
  /** Where jobs end whose attempts are used up. No task may be in it. */
  readonly deadLetterQueue?: string;
}

/** Where a task goes. */
export interface TaskOptions<Q extends string = string> {
  /** The queue of its jobs: one of the topology's. */
  readonly queue: Q;
}

/** A queue that workers take jobs from. */
export interface WorkQueue<T extends string = string> {
  readonly name: string;
  readonly concurrency: number;
  readonly retryLimit: number;
  readonly retryDelaySeconds: number;
  readonly retryBackoff: boolean;
  readonly expireInSeconds: number;
  readonly deadLetterQueue: string | undefined;
  /** The tasks of its jobs, sorted. */
  readonly taskNames: readonly T[];
}

/** The names that guardrails keep in a file (`task-names.json`), each list sorted. */
export interface TopologySnapshot {
  readonly task: readonly string[];
  readonly queue: readonly string[];
}

/** Which queues there are, which tasks, and how they belong together. Frozen; the same for every order of declaration. */
export interface Topology<T extends string = string, Q extends string = string> {
  /** The work queues, by name. */
  readonly queues: readonly WorkQueue<T>[];
  /** All tasks, sorted. */
  readonly taskNames: readonly T[];
  /** All queues, those of dead letters among them, sorted. */
  readonly queueNames: readonly string[];
  /** The queues of dead letters, sorted. */
  readonly deadLetterQueues: readonly string[];
  /** For `labels` of a label policy: the values that `task_name` and `queue` may have. */
  readonly labels: { readonly task_name: LabelDomain<T>; readonly queue: LabelDomain };
  readonly snapshot: TopologySnapshot;
  /**
   * The work queue of this name.
   *
   * @throws TaskMetricsError `TOPOLOGY_INVALID` where there is none.
   */
  queue(name: Q): WorkQueue<T>;
  /**
   * The queue of a task.
   *
   * @throws TaskMetricsError `TASK_NOT_REGISTERED` where the task is not in the topology.
   */
  queueOf(task: T): WorkQueue<T>;
}

/** The snapshot as `promshard-guard check --update-snapshot` writes it. */
export function snapshotText({ snapshot }: Topology): string {
  return `${JSON.stringify({ task: snapshot.task, queue: snapshot.queue }, undefined, 2)}\n`;
}
