import type { AnyMetric, MetricMaker } from './metric-maker.js';
import { maxFiles, openFiles, processMemory, startTimeSeconds } from './process-facts.js';

/** Processor time, since the process was started: what it used before it was first asked counts, too. */
export function processorTime(make: MetricMaker): AnyMetric[] {
  const user = make.counter('process_cpu_user_seconds_total');
  const system = make.counter('process_cpu_system_seconds_total');
  const both = make.counter('process_cpu_seconds_total');
  const labels = make.labels();
  let before = { user: 0, system: 0 };
  user.collect = () => {
    const now = process.cpuUsage();
    // Microseconds. A clock that is read in two parts may give one of them back.
    const userSeconds = Math.max(0, now.user - before.user) / 1e6;
    const systemSeconds = Math.max(0, now.system - before.system) / 1e6;
    before = now;
    user.inc(labels, userSeconds);
    system.inc(labels, systemSeconds);
    both.inc(labels, userSeconds + systemSeconds);
  };
  return [user, system, both];
}

export function startTime(make: MetricMaker): AnyMetric[] {
  const gauge = make.gauge('process_start_time_seconds');
  const start = startTimeSeconds();
  gauge.collect = () => gauge.set(make.labels(), start);
  return [gauge];
}

export function memory(make: MetricMaker): AnyMetric[] {
  const resident = make.gauge('process_resident_memory_bytes');
  const isOnLinux = process.platform === 'linux';
  const virtual = isOnLinux ? make.gauge('process_virtual_memory_bytes') : undefined;
  const data = isOnLinux ? make.gauge('process_heap_bytes') : undefined;
  const labels = make.labels();
  resident.collect = () => {
    const found = processMemory();
    if (found.resident !== undefined) resident.set(labels, found.resident);
    if (found.virtual !== undefined) virtual?.set(labels, found.virtual);
    if (found.data !== undefined) data?.set(labels, found.data);
  };
  return [resident, virtual, data].filter((gauge) => gauge !== undefined);
}

export function openFileDescriptors(make: MetricMaker): AnyMetric[] {
  if (openFiles() === undefined) return [];
  const gauge = make.gauge('process_open_fds');
  gauge.collect = () => {
    const count = openFiles();
    if (count !== undefined) gauge.set(make.labels(), count);
  };
  return [gauge];
}

export function maxFileDescriptors(make: MetricMaker): AnyMetric[] {
  if (maxFiles() === undefined) return [];
  const gauge = make.gauge('process_max_fds');
  // Anew each time: prlimit(1) changes it while the process runs.
  gauge.collect = () => {
    const limit = maxFiles();
    if (limit !== undefined) gauge.set(make.labels(), limit);
  };
  return [gauge];
}
