import { decodeKeyText, parseKey, scanShard, shardFileName, type ShardKind } from '@promshard/shard-format';

import type { PruneDirectory } from './prune-directory.js';
import { readWhole } from './read-batch.js';
import type { ShardFile } from './take-inventory.js';

/**
 * What stands or falls together: a family's series of one label set, whatever their bounds and their help text.
 *
 * @param key - One character a byte.
 */
export function groupOf(key: string): string {
  const bytes = Buffer.from(key, 'latin1');
  const parsed = parseKey(decodeKeyText(bytes, 0, bytes.byteLength) ?? '');
  if (parsed === undefined) return key;
  const { le: _, ...labels } = parsed.labels;
  return JSON.stringify([parsed.family, ...Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : 1))]);
}

/**
 * Visits the groups of those of some shards that are of a kind; one may come more than once.
 *
 * @returns False where one of them cannot be read, so that nobody knows what is in it.
 */
export async function visitGroups(
  directory: PruneDirectory,
  shards: readonly ShardFile[],
  kind: ShardKind,
  visit: (group: string) => void,
): Promise<boolean> {
  for (const each of shards) {
    if (shardFileName(each.shard, '') !== shardFileName(kind, '')) continue;
    const file = await readWhole(directory, each.name);
    if (file === 'it vanished') continue;
    if (typeof file === 'string') return false;
    const scan = scanShard(file);
    if (scan.problem !== undefined) return false;
    const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength);
    for (const [i, offset] of scan.keyOffsets.entries()) {
      visit(groupOf(bytes.toString('latin1', offset, offset + (scan.keyLengths[i] ?? 0))));
    }
  }
  return true;
}
