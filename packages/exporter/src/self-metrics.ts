import type { MetricFamily, Snapshot } from '@promshard/aggregator';

/** What the renderers take. */
export interface ExposedFamilies {
  readonly families: readonly MetricFamily[];
}

/** What the exporter knows of a scrape besides the snapshot. */
export interface ScrapeFacts {
  readonly durationSeconds: number;
  /** The exporter's own version. */
  readonly version: string;
}

const PREFIX = 'promshard_exporter_';

/** The exporter's metrics about the scrape that they are part of: gauges, since each scrape stands for itself. */
export function selfFamilies(snapshot: Snapshot, facts: ScrapeFacts): readonly MetricFamily[] {
  return [
    gauge('build_info', 'Version of the exporter; always 1.', [[[['version', facts.version]], 1]]),
    gauge(
      'problems',
      'Problems found in the directory by this scrape, by code; the exporter logs each with its file.',
      [...countByCode(snapshot)].map(([code, count]) => [[['code', code]], count]),
    ),
    gauge('scrape_duration_seconds', 'Time that this scrape took to read and merge the shards.', [
      [[], facts.durationSeconds],
    ]),
    gauge('shard_bytes', 'Bytes of shards that this scrape read.', [[[], snapshot.stats.bytesRead]]),
    gauge(
      'shard_files',
      'Shard files that this scrape found: read whole, read in part or not at all, or superseded by a fold.',
      Object.entries(snapshot.stats.shards).map(([state, count]) => [[['state', state]], count]),
    ),
  ];
}

/** Joins a snapshot's families with the exporter's; a shard that uses the exporter's names is left out. */
export function withSelf(families: readonly MetricFamily[], self: readonly MetricFamily[]): ExposedFamilies {
  const foreign = families.filter((family) => !family.name.startsWith(PREFIX));
  return { families: [...foreign, ...self] };
}

type GaugeSample = readonly [labels: readonly (readonly [string, string])[], value: number];

function gauge(suffix: string, help: string, samples: readonly GaugeSample[]): MetricFamily {
  const name = `${PREFIX}${suffix}`;
  return { name, type: 'gauge', help, samples: samples.map(([labels, value]) => ({ name, labels, value })) };
}

function countByCode(snapshot: Snapshot): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { code } of snapshot.problems) counts.set(code, (counts.get(code) ?? 0) + 1);
  return new Map([...counts].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
