import type { GaugeMode } from '@promshard/shard-format';

/** The name of a default metric, without the application's prefix. */
export type DefaultMetricName =
  | 'process_cpu_user_seconds_total'
  | 'process_cpu_system_seconds_total'
  | 'process_cpu_seconds_total'
  | 'process_start_time_seconds'
  | 'process_resident_memory_bytes'
  | 'process_virtual_memory_bytes'
  | 'process_heap_bytes'
  | 'process_open_fds'
  | 'process_max_fds'
  | 'nodejs_eventloop_lag_seconds'
  | 'nodejs_eventloop_lag_min_seconds'
  | 'nodejs_eventloop_lag_max_seconds'
  | 'nodejs_eventloop_lag_mean_seconds'
  | 'nodejs_eventloop_lag_stddev_seconds'
  | 'nodejs_eventloop_lag_p50_seconds'
  | 'nodejs_eventloop_lag_p90_seconds'
  | 'nodejs_eventloop_lag_p99_seconds'
  | 'nodejs_eventloop_delay_seconds'
  | 'nodejs_active_handles'
  | 'nodejs_active_handles_total'
  | 'nodejs_active_requests'
  | 'nodejs_active_requests_total'
  | 'nodejs_active_resources'
  | 'nodejs_active_resources_total'
  | 'nodejs_heap_size_total_bytes'
  | 'nodejs_heap_size_used_bytes'
  | 'nodejs_external_memory_bytes'
  | 'nodejs_heap_space_size_total_bytes'
  | 'nodejs_heap_space_size_used_bytes'
  | 'nodejs_heap_space_size_available_bytes'
  | 'nodejs_version_info'
  | 'nodejs_gc_duration_seconds';

/** What one default metric is, and how the values of several processes combine. */
export interface DefaultMetric {
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly help: string;
  /** A counter's and a histogram's add up, those of dead processes included; a gauge's by its mode. */
  readonly combination: GaugeMode;
  /** Of the `process` there is one, and its main thread measures it; of the `thread`, each thread does. */
  readonly of: 'process' | 'thread';
  /** Labels of its own, besides those that the application gives. */
  readonly labelNames?: readonly string[];
}

const counter = (help: string): DefaultMetric => ({
  type: 'counter',
  help,
  combination: 'sum',
  of: 'process',
});

const gauge = (
  combination: GaugeMode,
  of: DefaultMetric['of'],
  help: string,
  ...labelNames: readonly string[]
): DefaultMetric => ({ type: 'gauge', combination, of, help, labelNames });

const LAST_MINUTE = 'within the last minute.';

/**
 * Names and texts are prom-client's, and so is the meaning of each value in one process. What adds up is added up;
 * of what does not, each living process shows its own (`liveall`): a mean of percentiles or of standard deviations
 * is neither, and a limit is compared with the one process that it holds for.
 */
export const DEFAULT_METRIC_TABLE: Readonly<Record<DefaultMetricName, DefaultMetric>> = {
  process_cpu_user_seconds_total: counter('Total user CPU time spent in seconds.'),
  process_cpu_system_seconds_total: counter('Total system CPU time spent in seconds.'),
  process_cpu_seconds_total: counter('Total user and system CPU time spent in seconds.'),
  process_start_time_seconds: gauge(
    'liveall',
    'process',
    'Start time of the process since unix epoch in seconds.',
  ),
  process_resident_memory_bytes: gauge('livesum', 'process', 'Resident memory size in bytes.'),
  process_virtual_memory_bytes: gauge('livesum', 'process', 'Virtual memory size in bytes.'),
  process_heap_bytes: gauge('livesum', 'process', 'Process heap size in bytes.'),
  process_open_fds: gauge('liveall', 'process', 'Number of open file descriptors.'),
  process_max_fds: gauge('liveall', 'process', 'Maximum number of open file descriptors.'),
  nodejs_eventloop_lag_seconds: gauge('liveall', 'thread', 'Lag of event loop in seconds.'),
  nodejs_eventloop_lag_min_seconds: gauge(
    'livemin',
    'thread',
    `The minimum recorded event loop delay ${LAST_MINUTE}`,
  ),
  nodejs_eventloop_lag_max_seconds: gauge(
    'livemax',
    'thread',
    `The maximum recorded event loop delay ${LAST_MINUTE}`,
  ),
  nodejs_eventloop_lag_mean_seconds: gauge(
    'liveall',
    'thread',
    `The mean of the recorded event loop delays ${LAST_MINUTE}`,
  ),
  nodejs_eventloop_lag_stddev_seconds: gauge(
    'liveall',
    'thread',
    `The standard deviation of the recorded event loop delays ${LAST_MINUTE}`,
  ),
  nodejs_eventloop_lag_p50_seconds: gauge(
    'liveall',
    'thread',
    `The 50th percentile of the recorded event loop delays ${LAST_MINUTE}`,
  ),
  nodejs_eventloop_lag_p90_seconds: gauge(
    'liveall',
    'thread',
    `The 90th percentile of the recorded event loop delays ${LAST_MINUTE}`,
  ),
  nodejs_eventloop_lag_p99_seconds: gauge(
    'liveall',
    'thread',
    `The 99th percentile of the recorded event loop delays ${LAST_MINUTE}`,
  ),
  nodejs_eventloop_delay_seconds: {
    type: 'histogram',
    help: 'How late the event loop came to a timer that was due, in seconds.',
    combination: 'sum',
    of: 'thread',
  },
  nodejs_active_handles: gauge(
    'livesum',
    'thread',
    'Number of active libuv handles grouped by handle type. Every handle type is C++ class name.',
    'type',
  ),
  nodejs_active_handles_total: gauge('livesum', 'thread', 'Total number of active handles.'),
  nodejs_active_requests: gauge(
    'livesum',
    'thread',
    'Number of active libuv requests grouped by request type. Every request type is C++ class name.',
    'type',
  ),
  nodejs_active_requests_total: gauge('livesum', 'thread', 'Total number of active requests.'),
  nodejs_active_resources: gauge(
    'livesum',
    'thread',
    'Number of active resources that are currently keeping the event loop alive, grouped by async resource type.',
    'type',
  ),
  nodejs_active_resources_total: gauge('livesum', 'thread', 'Total number of active resources.'),
  nodejs_heap_size_total_bytes: gauge('livesum', 'thread', 'Process heap size from Node.js in bytes.'),
  nodejs_heap_size_used_bytes: gauge('livesum', 'thread', 'Process heap size used from Node.js in bytes.'),
  nodejs_external_memory_bytes: gauge('livesum', 'thread', 'Node.js external memory size in bytes.'),
  nodejs_heap_space_size_total_bytes: gauge(
    'livesum',
    'thread',
    'Process heap space size total from Node.js in bytes.',
    'space',
  ),
  nodejs_heap_space_size_used_bytes: gauge(
    'livesum',
    'thread',
    'Process heap space size used from Node.js in bytes.',
    'space',
  ),
  nodejs_heap_space_size_available_bytes: gauge(
    'livesum',
    'thread',
    'Process heap space size available from Node.js in bytes.',
    'space',
  ),
  nodejs_version_info: gauge(
    'livemax',
    'thread',
    'Node.js version info.',
    'version',
    'major',
    'minor',
    'patch',
  ),
  nodejs_gc_duration_seconds: {
    type: 'histogram',
    help: 'Garbage collection duration by kind, one of major, minor, incremental or weakcb.',
    combination: 'sum',
    of: 'thread',
    labelNames: ['kind'],
  },
};
