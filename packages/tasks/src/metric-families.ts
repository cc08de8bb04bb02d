import { Counter, Gauge, Histogram, type MetricRegistry, type ShardStore } from '@promshard/writer/metrics';

/** Buckets of durations and waits, in seconds: from a cache's answer to a long export. */
export const DEFAULT_BUCKETS: readonly number[] = [
  0.005, 0.025, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3600,
];

/** What all metrics of the package are declared with. */
export interface MetricPlace {
  /** Put before every name: `celery_` gives `celery_task_started_total`. By default nothing. */
  readonly prefix?: string;
  /** By default the thread's store, opened with `openShardStore()` before or after. */
  readonly store?: ShardStore;
  /** Registries of this process that show the metrics, too; by default none: the exporter shows them. */
  readonly registers?: readonly MetricRegistry[];
}

type Placed = Pick<MetricPlace, 'store'> & { readonly registers: readonly MetricRegistry[] };

/** Where a metric is put, for its declaration. */
export function placed({ store, registers = [] }: MetricPlace): Placed {
  return store === undefined ? { registers } : { registers, store };
}

/** The metrics of tasks, declared. */
export interface TaskFamilies {
  readonly started: Counter<'task_name'>;
  readonly succeeded: Counter<'task_name'>;
  readonly failed: Counter<'task_name' | 'error_class'>;
  readonly retried: Counter<'task_name'>;
  readonly deadLettered: Counter<'task_name'>;
  readonly duration: Histogram<'task_name'>;
  readonly wait: Histogram<'task_name'>;
  readonly inProgress: Gauge<'task_name'>;
}

/** Declares the metrics of tasks. */
export function declareTaskFamilies(
  place: MetricPlace,
  durationBuckets: readonly number[],
  waitBuckets: readonly number[],
): TaskFamilies {
  const { prefix = '' } = place;
  const common = { ...placed(place), labelNames: ['task_name'] as const };
  return {
    started: new Counter({
      ...common,
      name: `${prefix}task_started_total`,
      help: 'Attempts that a worker has begun.',
    }),
    succeeded: new Counter({
      ...common,
      name: `${prefix}task_success_total`,
      help: 'Attempts that ended well.',
    }),
    failed: new Counter({
      ...common,
      name: `${prefix}task_failure_total`,
      help: 'Attempts that failed, by the class of their error.',
      labelNames: ['task_name', 'error_class'],
    }),
    retried: new Counter({
      ...common,
      name: `${prefix}task_retried_total`,
      help: 'Attempts that a worker has begun and that were not the first of their job.',
    }),
    deadLettered: new Counter({
      ...common,
      name: `${prefix}task_dead_lettered_total`,
      help: 'Jobs of which the last attempt failed: the broker has put them aside.',
    }),
    duration: new Histogram({
      ...common,
      name: `${prefix}task_duration_seconds`,
      help: 'How long an attempt took, however it ended.',
      buckets: durationBuckets,
    }),
    wait: new Histogram({
      ...common,
      name: `${prefix}task_wait_seconds`,
      help: 'How long a job could have been taken before its first attempt began.',
      buckets: waitBuckets,
    }),
    inProgress: new Gauge({
      ...common,
      name: `${prefix}tasks_in_progress`,
      help: 'Attempts that living workers are at.',
      multiprocessMode: 'livesum',
    }),
  };
}
