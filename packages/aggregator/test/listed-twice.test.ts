import { expect, test, vi } from 'vitest';
import { createAggregator } from '../src/index.js';
import { jobs, linesOf, makeDirectory } from './shard-directory.js';

// As tmpfs does at times: all names, and from the first name again.
vi.mock(import('node:fs/promises'), async (importOriginal) => {
  const original = await importOriginal();
  const readdir = async (dir: string): Promise<string[]> => {
    const names = await original.readdir(dir);
    return [...names, ...names];
  };
  return { ...original, readdir: readdir as unknown as typeof original.readdir };
});

test('a shard whose name is listed twice counts once', async () => {
  const directory = makeDirectory();
  directory.write('counter_1.db', [jobs(3)]);
  directory.write('counter_folded-1.db', [jobs(4)]);
  directory.writePointer({ generation: 1, files: ['counter_folded-1.db'], superseded: [] });
  const aggregator = createAggregator(directory);
  const snapshot = await aggregator.collect();
  expect(linesOf(snapshot)).toEqual(['jobs_total{} 7']);
  expect(snapshot.stats.shards.good).toBe(2);
  aggregator.close();
});
