import type { Collector, Family } from './collector.js';

const counter = (name: string, help: string): Family => ({
  name,
  help,
  type: 'counter',
  labelNames: [],
  yields: true,
});

const gauge = (name: string, help: string, aggregator: 'sum' | 'omit' = 'sum'): Family => ({
  name,
  help,
  type: 'gauge',
  labelNames: [],
  aggregator,
  yields: true,
});

const USER = counter('process_cpu_user_seconds_total', 'Total user CPU time spent in seconds.');
const SYSTEM = counter('process_cpu_system_seconds_total', 'Total system CPU time spent in seconds.');
const CPU = counter('process_cpu_seconds_total', 'Total user and system CPU time spent in seconds.');
const START = gauge(
  'process_start_time_seconds',
  'Start time of the process since unix epoch in seconds.',
  'omit',
);
const RESIDENT = gauge('process_resident_memory_bytes', 'Resident memory size in bytes.');
const HEAP = gauge('nodejs_heap_size_total_bytes', 'Process heap size from Node.js in bytes.');
const HEAP_USED = gauge('nodejs_heap_size_used_bytes', 'Process heap size used from Node.js in bytes.');
const EXTERNAL = gauge('nodejs_external_memory_bytes', 'Node.js external memory size in bytes.');

/**
 * Tells this process's memory and processor time under the names and with the meaning that prom-client gives them; the
 * processor time is that since the process was started.
 *
 * A name that the registry has already is left to whoever has it: where `collectDefaultMetrics()` is at work, of
 * prom-client or of `@promshard/writer`, call that before, and this adds nothing.
 */
export function processMetrics(): Collector {
  const startSeconds = Math.round(Date.now() / 1000 - process.uptime());
  return {
    kind: 'process',
    name: '',
    families: [USER, SYSTEM, CPU, START, RESIDENT, HEAP, HEAP_USED, EXTERNAL],
    start: () => ({
      *read() {
        const labels = {};
        const { user, system } = process.cpuUsage();
        yield { family: USER, labels, value: user / 1e6 };
        yield { family: SYSTEM, labels, value: system / 1e6 };
        yield { family: CPU, labels, value: (user + system) / 1e6 };
        yield { family: START, labels, value: startSeconds };
        // It fails where /proc cannot be read.
        const { rss, heapTotal, heapUsed, external } = process.memoryUsage();
        yield { family: RESIDENT, labels, value: rss };
        yield { family: HEAP, labels, value: heapTotal };
        yield { family: HEAP_USED, labels, value: heapUsed };
        yield { family: EXTERNAL, labels, value: external };
      },
      stop() {},
    }),
  };
}
