import { endianness } from 'node:os';
import { threadId } from 'node:worker_threads';

import { loadWriterConfig, type BackendChoice, type OverflowChoice } from '@promshard/config';
import { standardPolicy, type LabelPolicy } from '@promshard/label-policy';
import { shardId } from '@promshard/shard-format';

import { checkCountedValues } from './check-counted-values.js';
import { checkLabels } from './check-labels.js';
import { chooseBackend } from './choose-backend.js';
import { defaultSet } from './default-set.js';
import { OpenStore } from './open-store.js';
import { newNonce } from './process-identity.js';
import { requireRoom } from './require-room.js';
import { ShardDirectory } from './shard-directory.js';
import { ShardSet } from './shard-set.js';
import type { ShardStore } from './shard-store.js';
import { warnOfProblem, type ProblemListener } from './store-problem.js';
import { WriterError } from './writer-error.js';

/** How a store is opened; what is not given comes from the environment. */
export interface ShardStoreOptions {
  /** Absolute path of an existing directory; by default `PROMETHEUS_MULTIPROC_DIR`. */
  readonly dir?: string;
  /** By default `PROMSHARD_BACKEND`, or `auto`: `mmap` where the addon is there and works, else `pwrite`. */
  readonly backend?: BackendChoice;
  /** A name that outlives the process, for the `pid` label of `all` gauges; by default `PROMSHARD_INSTANCE`. */
  readonly instance?: string;
  /** The size that one shard file may reach; by default `PROMSHARD_MAX_SHARD_BYTES`, or 64 MiB. */
  readonly maxShardBytes?: number;
  /**
   * `refuse` throws where the directory has reached `maxFiles` or `maxBytes`, so that no further writer joins; it must then
   * be readable. By default `PROMSHARD_OVERFLOW`, or `warn`: the pruner warns, and everybody may join.
   */
  readonly overflow?: OverflowChoice;
  /** By default `PROMSHARD_MAX_FILES`, or 10,000. */
  readonly maxFiles?: number;
  /** By default `PROMSHARD_MAX_DIR_BYTES`, or 1 GiB. */
  readonly maxBytes?: number;
  /**
   * How often the `collect` callbacks of the store's metrics run, in milliseconds, since no scrape reaches this process. By
   * default `PROMSHARD_COLLECT_INTERVAL_MS`, or 5,000.
   */
  readonly collectIntervalMs?: number;
  /** What label names and values may exist; by default `standardPolicy`. */
  readonly labelPolicy?: LabelPolicy;
  /** Is told what the store cannot do as it should; by default a process warning. */
  readonly onProblem?: ProblemListener;
  /**
   * Makes a store of its own, which holds only the metrics that name it in their `store` option, instead of opening
   * the thread's default store. For tests, and for libraries that keep apart. By default false.
   */
  readonly isolated?: boolean;
}

/**
 * Joins this thread's metrics to the shared directory: those declared so far, with what they have counted, and
 * those to come. Without this call nothing is written.
 *
 * Opening a store that is open in the same directory returns it; the other options then have no effect.
 *
 * @throws ConfigError of `@promshard/config` where the directory or another setting is unusable.
 * @throws {@link WriterError} where a store is open in another directory, the asked backend cannot work, the
 *   directory is full and such writers are refused, or the policy refuses labels of a metric declared before, or
 *   values under which it has counted.
 */
export function openShardStore(options: ShardStoreOptions = {}): ShardStore {
  const config = loadWriterConfig(process.env, options);
  const set = options.isolated === true ? new ShardSet() : defaultSet();
  const current = set.keeper;
  if (current !== null) {
    // Whatever keeps a default set is a store, of this copy of the library or of a compatible one.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    const store = current as unknown as ShardStore;
    if (store.dir === config.dir) return store;
    throw new WriterError(
      'STORE_ALREADY_OPEN',
      `This thread's shard store is open in ${store.dir}; it cannot be opened in ${config.dir} too. ` +
        'Close it first, or give the second one { isolated: true }.',
    );
  }
  if (endianness() !== 'LE') {
    throw new WriterError('PLATFORM_UNSUPPORTED', 'Shards can be written on little-endian processors only.');
  }
  if (config.overflow === 'refuse') requireRoom(config);
  applyPolicy(set, options.labelPolicy ?? standardPolicy);

  const id = shardId({ pid: process.pid, threadId, nonce: newNonce() });
  const directory = new ShardDirectory(config.dir);
  const question = { choice: config.backend, directory, id };
  const backend = chooseBackend(question);
  set.listen(options.onProblem ?? warnOfProblem);
  return new OpenStore({
    set,
    directory,
    owner: { id, instance: config.instance, createdAt: Date.now() / 1000 },
    backend,
    chooseBackend: () => chooseBackend(question),
    maxShardBytes: config.maxShardBytes,
    collectIntervalMs: config.collectIntervalMs,
  });
}

/** Takes a policy for what is to come, if it allows the labels that there are. */
function applyPolicy(set: ShardSet, policy: LabelPolicy): void {
  if (policy === set.policy) return;
  for (const metric of set.declaredMetrics) checkLabels(policy, metric);
  for (const shard of set.shards) checkCountedValues(policy, shard);
  set.policy = policy;
}
