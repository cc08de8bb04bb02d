import type { MetricFamily, Snapshot } from '@promshard/aggregator';
import { expect, test } from 'vitest';

import { selfFamilies, withSelf } from './self-metrics.js';

const SNAPSHOT: Snapshot = {
  families: [],
  problems: ['empty', 'bad-key', 'empty'].map((code) => ({
    code: code as 'empty',
    file: 'counter_1.db',
    message: 'x',
  })),
  stats: {
    shards: { good: 3, damaged: 2, superseded: 1, skipped: 4 },
    bytesRead: 4096,
    entries: 9,
    shardsMapped: 2,
    entriesLearned: 0,
    samples: 7,
    attempts: 1,
  },
};

const USE = {
  cpuSeconds: 1.5,
  startTimeSeconds: 1000,
  residentBytes: 50,
  heapBytes: 20,
  virtualBytes: 900,
  openFds: 21,
  maxFds: 1024,
};

function values(families: readonly MetricFamily[]): Record<string, number> {
  return Object.fromEntries(
    families
      .flatMap(({ samples }) => samples)
      .map(({ name, labels, value }) => [[name, ...labels.map(([, label]) => label)].join(' '), value]),
  );
}

test('a scrape tells of itself, of the directory and of the process', () => {
  const { families } = withSelf(
    [],
    selfFamilies(SNAPSHOT, { durationSeconds: 0.25, version: '1.2.3', process: USE }),
  );
  expect(values(families)).toEqual({
    [`promshard_exporter_build_info ${process.version} 1.2.3`]: 1,
    promshard_exporter_mapped_shard_files: 2,
    'promshard_exporter_problems bad-key': 1,
    'promshard_exporter_problems empty': 2,
    promshard_exporter_process_cpu_seconds_total: 1.5,
    promshard_exporter_process_heap_bytes: 20,
    promshard_exporter_process_max_fds: 1024,
    promshard_exporter_process_open_fds: 21,
    promshard_exporter_process_resident_memory_bytes: 50,
    promshard_exporter_process_start_time_seconds: 1000,
    promshard_exporter_process_virtual_memory_bytes: 900,
    promshard_exporter_scrape_duration_seconds: 0.25,
    promshard_exporter_series: 7,
    promshard_exporter_shard_bytes: 4096,
    'promshard_exporter_shard_files good': 3,
    'promshard_exporter_shard_files damaged': 2,
    'promshard_exporter_shard_files superseded': 1,
    'promshard_exporter_shard_files skipped': 4,
  });
});

test('what the system does not tell is left out', () => {
  const self = selfFamilies(SNAPSHOT, {
    durationSeconds: 0,
    version: '1.2.3',
    process: { ...USE, virtualBytes: undefined, openFds: undefined, maxFds: undefined },
  });
  const names = self.map(({ name }) => name);
  expect(names.filter((name) => /_fds$|virtual/.test(name))).toEqual([]);
});

test('the workers’ process metrics stay as they are, and a shard cannot pose as the exporter', () => {
  const family = (name: string): MetricFamily => ({
    name,
    type: 'gauge',
    help: '',
    samples: [{ name, labels: [], value: 1 }],
  });
  const self = selfFamilies(SNAPSHOT, { durationSeconds: 0, version: '1.2.3', process: USE });
  const workers = [family('process_open_fds'), family('promshard_exporter_series')];
  const names = withSelf(workers, self).families.map(({ name }) => name);
  expect(names.filter((name) => name === 'process_open_fds')).toHaveLength(1);
  expect(names.filter((name) => name === 'promshard_exporter_series')).toHaveLength(1);
  expect(new Set(names).size).toBe(names.length);
});
