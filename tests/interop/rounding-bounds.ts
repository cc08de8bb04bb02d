import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { decodeShard, parseFileName, type ShardKind } from '@promshard/shard-format';

/**
 * By how much a sum of each family's values, added in any order, may differ from the exact sum: n · u · Σ|x|
 * (Higham, Accuracy and Stability of Numerical Algorithms, 4.2). Python adds plainly, our aggregator keeps what
 * rounding takes away. Families that are not summed are not in the map: there both must be the same to the last bit.
 */
export function roundingBounds(dir: string): Map<string, number> {
  const sums = new Map<string, { count: number; magnitude: number }>();
  for (const name of readdirSync(dir)) {
    const parsed = parseFileName(name);
    if (parsed.type !== 'shard' || !isSummed(parsed.shard)) continue;
    for (const { key, value } of decodeShard(readFileSync(join(dir, name))).entries) {
      const { count, magnitude } = sums.get(key.family) ?? { count: 0, magnitude: 0 };
      sums.set(key.family, { count: count + 1, magnitude: magnitude + Math.abs(value) });
    }
  }
  return new Map(
    Array.from(sums, ([family, { count, magnitude }]) => [family, count * 2 ** -53 * magnitude]),
  );
}

function isSummed(shard: ShardKind): boolean {
  return shard.kind !== 'gauge' || shard.mode === 'sum' || shard.mode === 'livesum';
}
