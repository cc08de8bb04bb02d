import { rmSync } from 'node:fs';
import { expect, test } from 'vitest';
import { createAggregator } from '../src/index.js';
import { bytesHeld } from './heap.js';
import { depth, jobs, makeDirectory } from './shard-directory.js';

test(
  'files that come and go leave nothing behind, whatever they are named and hold',
  { timeout: 120_000 },
  async () => {
    const directory = makeDirectory();
    directory.write('counter_live.db', [jobs(1)]);
    const aggregator = createAggregator(directory);
    const held: number[] = [];
    for (let generation = 0; generation < 400; generation++) {
      const names = [`counter_${generation}.db`, `gauge_all_${generation}.db`];
      const labels = Array.from({ length: 150 }, (_, i) => ({
        kind: `${generation}-${i}`,
        pad: 'x'.repeat(100),
      }));
      directory.write(
        names[0] ?? '',
        labels.map((own) => jobs(1, own)),
      );
      directory.write(
        names[1] ?? '',
        labels.map((own) => depth(1, own)),
      );
      const { stats } = await aggregator.collect();
      expect(stats.samples).toBe(301);
      for (const name of names) rmSync(directory.path(name));
      if (generation % 100 === 99) held.push(bytesHeld());
    }
    // A generation takes some 300 KiB: a hundred that were kept would be thirty megabytes.
    const [first = 0, ...later] = held;
    for (const bytes of later) expect(bytes - first).toBeLessThan(8 * 1024 * 1024);
    aggregator.close();
  },
);
