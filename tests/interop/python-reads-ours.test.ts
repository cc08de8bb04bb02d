import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import {
  encodeShard,
  GAUGE_MODES,
  goFloat,
  shardFileName,
  type GaugeMode,
  type ShardEntryInput,
} from '@promshard/shard-format';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, test } from 'vitest';

import { expectSameFamilies } from './expect-same-families.js';
import { numberedDirectories, type NumberedDirectories } from './numbered-directories.js';
import { programs, type Metric, type Operation, type Program } from './operations.js';
import { writeOurs } from './our-client.js';
import { hasPython, startPython, type PythonPeer } from './python-client.js';

const hasPeer = hasPython('newest');
const without = hasPeer ? '' : ' (skipped where Python with prometheus_client >= 0.17 is not installed)';

// The averages are ours alone.
const MODES = GAUGE_MODES.filter((mode) => !mode.endsWith('avg'));

// fast-check prints the seed, and the path to the smallest counterexample, where a property fails.
const RUN = { seed: 1, numRuns: 200 };

// Mapped files are allocated on the disk, which takes its time.
const BACKENDS = [
  ['pwrite', RUN],
  ['auto', { ...RUN, numRuns: 40 }],
] as const;

describe.skipIf(!hasPeer)(`what we write, Python's collector reads as our aggregator does${without}`, () => {
  let python: PythonPeer;
  let directories: NumberedDirectories;
  beforeAll(() => {
    python = startPython('newest');
    directories = numberedDirectories();
  });
  afterAll(async () => {
    await python.stop();
    directories.remove();
  });

  test.each(BACKENDS)('written by our metrics, backend %s', async (backend, run) => {
    await fc.assert(
      fc.asyncProperty(programs({ modes: MODES, maxBound: Infinity, specialAmounts: false }), (all) =>
        directories.withDirectory(async (dir) => {
          const stores = all.map((program) => writeOurs(dir, program, backend));
          await expectSameFamilies(python, dir);
          for (const store of stores) store.close();
        }),
      ),
      run,
    );
  });

  test('with any number in any entry, in files that end anywhere', async () => {
    await fc.assert(
      fc.asyncProperty(
        programs({ modes: MODES, maxBound: Infinity, specialAmounts: true }),
        fc.boolean(),
        (all, isPadded) =>
          directories.withDirectory(async (dir) => {
            for (const [index, program] of all.entries()) {
              for (const [name, entries] of shardsOf(program, `${index + 1}`)) {
                const bytes = encodeShard(entries);
                const padding = new Uint8Array(isPadded ? 4096 - (bytes.length % 4096) : 0);
                writeFileSync(join(dir, name), Buffer.concat([bytes, padding]));
              }
            }
            await expectSameFamilies(python, dir);
          }),
      ),
      RUN,
    );
  });
});

/** A program's shards without regard to what the methods do: each operation's value becomes an entry's. */
function shardsOf({ metrics, operations }: Program, id: string): Map<string, ShardEntryInput[]> {
  const byKey = new Map<string, { name: string; entry: ShardEntryInput }>();
  for (const operation of operations) {
    const metric = metrics[operation.metric];
    if (metric === undefined) continue;
    const name = shardFileName(
      metric.type === 'gauge' ? { kind: 'gauge', mode: metric.mode } : { kind: metric.type },
      id,
    );
    for (const entry of entriesOf(metric, operation))
      byKey.set(JSON.stringify([name, entry.key]), { name, entry });
  }
  const shards = new Map<string, ShardEntryInput[]>();
  for (const { name, entry } of byKey.values()) shards.set(name, [...(shards.get(name) ?? []), entry]);
  return shards;
}

function entriesOf(metric: Metric, { labels, value, now }: Operation): ShardEntryInput[] {
  const own = Object.fromEntries(metric.labelNames.map((name, i) => [name, labels[i] ?? '']));
  const entry = (suffix: string, number: number, more: Record<string, string> = {}): ShardEntryInput => ({
    key: {
      family: metric.name,
      sample: `${metric.name}${suffix}`,
      labels: { ...own, ...more },
      help: metric.help,
    },
    value: number,
    timestamp: metric.type === 'gauge' && isTimed(metric.mode) ? now : 0,
  });
  switch (metric.type) {
    case 'counter':
      return [entry('_total', value)];
    case 'gauge':
      return [entry('', value)];
    case 'summary':
      return [entry('_count', now), entry('_sum', value)];
    case 'histogram':
      return [
        entry('_sum', value),
        ...[...metric.buckets, Infinity].map((bound, i) =>
          entry('_bucket', value * i, { le: goFloat(bound) }),
        ),
      ];
  }
}

function isTimed(mode: GaugeMode): boolean {
  return mode.endsWith('mostrecent');
}
