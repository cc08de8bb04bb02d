import { defaultSet } from './default-set.js';
import type { ShardSet } from './shard-set.js';
import type { ShardStore } from './shard-store.js';
import { WriterError } from './writer-error.js';

/**
 * The shards of a store, or those of the thread's default one.
 *
 * @param whose - Who names the store, for the error: `metric jobs_total`.
 * @throws {@link WriterError} `STORE_UNKNOWN` where the store is none of `openShardStore`.
 */
export function setOfStore(store: ShardStore | undefined, whose: string): ShardSet {
  if (store === undefined) return defaultSet();
  // A store of another copy of the library has a set of another class.
  const set = (store as { readonly shardSet?: ShardSet }).shardSet;
  if (set !== undefined) return set;
  throw new WriterError(
    'STORE_UNKNOWN',
    `The store of ${whose} is not a shard store. Expected what openShardStore() returned.`,
  );
}
