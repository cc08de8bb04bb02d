import { parseFileName, shardFileName, type ShardKind } from '@promshard/shard-format';

import type { KindDelta } from './delta.js';
import { chooseMerged, type Layer, type LayerRule } from './plan-layers.js';
import type { PruneDirectory } from './prune-directory.js';
import { explain, readWhole } from './read-batch.js';

/** What became of earlier layers of a kind. */
export interface MergedLayers {
  /** Names of those whose values are in the table now. */
  readonly merged: readonly string[];
  /** Those that cannot be read, and why, by name. They stay listed: put back, they count again. */
  readonly damaged: ReadonlyMap<string, string>;
}

/**
 * Adds to a kind's new values those of its earlier layers that it is time to merge with.
 *
 * @param files - Names of the layers that count, of any kind.
 */
export async function mergeLayers(
  directory: PruneDirectory,
  files: readonly string[],
  { shard, table }: KindDelta,
  rule: LayerRule,
): Promise<MergedLayers> {
  const chosen = chooseMerged(await listLayers(directory, files, shard), table.bytes, rule);
  const merged: string[] = [];
  const damaged = new Map<string, string>();
  // In the order in which readers take them; see readBatch.
  for (const { name } of chosen.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const file = await readWhole(directory, name);
    const problem = typeof file === 'string' ? file : explain(table.addFile(file));
    if (problem === undefined) merged.push(name);
    else damaged.set(name, problem);
  }
  return { merged, damaged };
}

/** The layers of a kind that are there; one that is gone was reported when the run began. */
export async function listLayers(
  directory: PruneDirectory,
  files: readonly string[],
  shard: ShardKind,
): Promise<Layer[]> {
  const layers: Layer[] = [];
  for (const name of files) {
    const parsed = parseFileName(name);
    if (parsed.type !== 'shard' || parsed.fold === undefined) continue;
    if (shardFileName(parsed.shard, '') !== shardFileName(shard, '')) continue;
    const facts = await directory.stat(name);
    if (facts !== undefined) layers.push({ name, generation: parsed.fold, bytes: facts.bytes });
  }
  return layers;
}
