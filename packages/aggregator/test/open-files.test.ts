import { readdirSync, readlinkSync, renameSync, rmSync } from 'node:fs';
import { expect, test } from 'vitest';
import { createAggregator } from '../src/index.js';
import { jobs, linesOf, makeDirectory } from './shard-directory.js';

const FDS = '/proc/self/fd';

/** Names of the directory's files that this process has open. */
function openIn(dir: string): string[] {
  return readdirSync(FDS)
    .map((fd) => {
      try {
        return readlinkSync(`${FDS}/${fd}`);
      } catch {
        return '';
      }
    })
    .filter((path) => path.startsWith(`${dir}/`))
    .map((path) => path.slice(dir.length + 1))
    .toSorted();
}

test.skipIf(process.platform !== 'linux')(
  'of many shards no more stay open than allowed, none that is gone, and none after close()',
  async () => {
    const directory = makeDirectory();
    for (let i = 0; i < 50; i++) directory.write(`counter_${100 + i}.db`, [jobs(1)]);
    const aggregator = createAggregator({ ...directory, maxOpenFiles: 10 });
    expect(linesOf(await aggregator.collect())).toEqual(['jobs_total{} 50']);
    const first = Array.from({ length: 10 }, (_, i) => `counter_${100 + i}.db`);
    expect(openIn(directory.dir)).toEqual(first);
    await aggregator.collect();
    expect(openIn(directory.dir)).toEqual(first);
    for (const name of first) rmSync(directory.path(name));
    expect(linesOf(await aggregator.collect())).toEqual(['jobs_total{} 40']);
    expect(openIn(directory.dir)).toEqual(Array.from({ length: 10 }, (_, i) => `counter_${110 + i}.db`));
    aggregator.close();
    expect(openIn(directory.dir)).toEqual([]);
    expect(linesOf(await aggregator.collect())).toEqual(['jobs_total{} 40']);
    aggregator.close();
  },
);

test('a name that leads to another file is opened anew, though the old file lives on under another name', async () => {
  const directory = makeDirectory();
  directory.write('counter_1.db', [jobs(1)]);
  const aggregator = createAggregator(directory);
  expect(linesOf(await aggregator.collect())).toEqual(['jobs_total{} 1']);
  renameSync(directory.path('counter_1.db'), directory.path('counter_2.db'));
  directory.write('counter_1.db', [jobs(10)]);
  expect(linesOf(await aggregator.collect())).toEqual(['jobs_total{} 11']);
  aggregator.close();
});
