import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { decodeShard, parseFileName, REMOVED_TIMESTAMP, type ShardProblem } from '@promshard/shard-format';
import { onTestFinished } from 'vitest';

/** An empty directory that goes when the test ends. */
export function temporaryDirectory(): string {
  const dir = mkdtempSync(join(tmpdir(), 'promshard-writer-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

/** What lies in a directory's shards, summed by sample and labels. */
export interface DirectoryContents {
  readonly values: Record<string, number>;
  readonly problems: readonly ShardProblem[];
}

/** Reads all shards of a directory; removed entries are left out. */
export function readDirectory(dir: string): DirectoryContents {
  const values: Record<string, number> = {};
  const problems: ShardProblem[] = [];
  for (const name of shardNames(dir)) {
    const decoded = decodeShard(readFileSync(join(dir, name)));
    problems.push(...decoded.problems);
    for (const { key, value, timestamp } of decoded.entries) {
      if (timestamp === REMOVED_TIMESTAMP) continue;
      const series = seriesName(key.sample, key.labels);
      const before = values[series];
      // Not `0 + value`, which loses the sign of -0.
      values[series] = before === undefined ? value : before + value;
    }
  }
  return { values, problems };
}

/** How {@link readDirectory} names a series. */
export function seriesName(sample: string, labels: Readonly<Record<string, string>>): string {
  const names = Object.keys(labels).toSorted();
  return `${sample}${names.map((name) => ` ${name}=${JSON.stringify(labels[name])}`).join('')}`;
}

/** Names of the shard files in a directory. */
export function shardNames(dir: string): string[] {
  return readdirSync(dir)
    .filter((name) => parseFileName(name).type === 'shard')
    .toSorted();
}
