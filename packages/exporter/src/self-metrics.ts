import type { MetricFamily, Snapshot } from '@promshard/aggregator';

import type { ProcessUse } from './process-metrics.js';

/** What the renderers take. */
export interface ExposedFamilies {
  readonly families: readonly MetricFamily[];
}

/** What the exporter knows of a scrape besides the snapshot. */
export interface ScrapeFacts {
  readonly durationSeconds: number;
  /** The exporter's own version. */
  readonly version: string;
  /** What the exporter's process uses. */
  readonly process: ProcessUse;
}

/**
 * Begins every name that the exporter gives. The `process_…` families without it are the workers': whether they
 * have such must not change what the exporter's are called.
 */
const PREFIX = 'promshard_exporter_';

/** The exporter's metrics about itself and the scrape that they are part of: gauges, since each scrape stands for itself. */
export function selfFamilies(snapshot: Snapshot, facts: ScrapeFacts): readonly MetricFamily[] {
  const { stats } = snapshot;
  const versions = [
    ['node_version', process.version],
    ['version', facts.version],
  ] as const;
  return [
    gauge('build_info', 'Versions of the exporter and of Node.js; always 1.', [[versions, 1]]),
    number(
      'mapped_shard_files',
      'Of the shard files that were read, those of which this scrape read values only, through a mapping.',
      stats.shardsMapped,
    ),
    gauge(
      'problems',
      'Problems found in the directory by this scrape, by code; the exporter logs each with its file.',
      [...countByCode(snapshot)].map(([code, count]) => [[['code', code]], count]),
    ),
    ...processFamilies(facts.process),
    number(
      'scrape_duration_seconds',
      'Time that this scrape took to read and merge the shards.',
      facts.durationSeconds,
    ),
    number('series', 'Series that this scrape merged from the shards.', stats.samples),
    number('shard_bytes', 'Bytes in use of the shards that this scrape read.', stats.bytesRead),
    gauge(
      'shard_files',
      'Shard files that this scrape found: read whole, read in part or not at all, superseded by a fold, or skipped for want of budget.',
      Object.entries(stats.shards).map(([state, count]) => [[['state', state]], count]),
    ),
  ];
}

/** Joins a snapshot's families with the exporter's; a shard that uses the exporter's names is left out. */
export function withSelf(families: readonly MetricFamily[], self: readonly MetricFamily[]): ExposedFamilies {
  const foreign = families.filter((family) => !family.name.startsWith(PREFIX));
  return { families: [...foreign, ...self] };
}

/** The names that Prometheus's client libraries give to these, behind the exporter's prefix. */
function processFamilies(use: ProcessUse): readonly MetricFamily[] {
  const cpu = `${PREFIX}process_cpu_seconds`;
  const families: readonly MetricFamily[] = [
    {
      name: cpu,
      type: 'counter',
      help: 'CPU time that the exporter has used, in user mode and in the kernel.',
      samples: [{ name: `${cpu}_total`, labels: NO_LABELS, value: use.cpuSeconds }],
    },
    number('process_heap_bytes', 'JavaScript heap that the exporter uses.', use.heapBytes),
    number('process_max_fds', 'File descriptors that the exporter may have open.', use.maxFds),
    number('process_open_fds', 'File descriptors that the exporter has open.', use.openFds),
    number('process_resident_memory_bytes', 'Resident memory of the exporter.', use.residentBytes),
    number(
      'process_start_time_seconds',
      'When the exporter started, in seconds since 1970.',
      use.startTimeSeconds,
    ),
    number('process_virtual_memory_bytes', 'Virtual memory of the exporter.', use.virtualBytes),
  ];
  return families.filter(({ samples }) => samples.length > 0);
}

type GaugeSample = readonly [labels: readonly (readonly [string, string])[], value: number];

const NO_LABELS: readonly (readonly [string, string])[] = [];

function gauge(suffix: string, help: string, samples: readonly GaugeSample[]): MetricFamily {
  const name = `${PREFIX}${suffix}`;
  return { name, type: 'gauge', help, samples: samples.map(([labels, value]) => ({ name, labels, value })) };
}

/** A gauge without labels; without a value, too, where there is none. */
function number(suffix: string, help: string, value: number | undefined): MetricFamily {
  return gauge(suffix, help, value === undefined ? [] : [[NO_LABELS, value]]);
}

function countByCode(snapshot: Snapshot): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { code } of snapshot.problems) counts.set(code, (counts.get(code) ?? 0) + 1);
  return new Map([...counts].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
