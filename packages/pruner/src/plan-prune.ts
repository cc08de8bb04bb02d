import { foldRule } from './fold-rule.js';
import type { Liveness } from './judge-liveness.js';
import type { JudgedWriter } from './prune-report.js';
import type { Inventory, ShardFile } from './take-inventory.js';

/** What is to be done, and why. */
export interface PrunePlan {
  readonly writers: readonly JudgedWriter[];
  readonly dead: readonly DeadWriter[];
}

/** What a dead writer left. */
export interface DeadWriter {
  readonly id: string;
  readonly owner: string;
  /** Shards whose values go on. */
  readonly fold: readonly ShardFile[];
  /** Shards whose values end here; they are not even read. */
  readonly drop: readonly string[];
  readonly temporaries: readonly string[];
}

/**
 * Decides what becomes of each writer's files. Only a writer that was judged dead, and has its owner record still,
 * loses any.
 *
 * @param inventory - Taken after every judgement: what a writer made before it died is in it.
 * @param judgements - By id. A writer with an owner record and no judgement came later, and is passed over.
 */
export function planPrune(inventory: Inventory, judgements: ReadonlyMap<string, Liveness>): PrunePlan {
  const writers: JudgedWriter[] = [];
  const dead: DeadWriter[] = [];
  for (const { id, owner, shards, temporaries } of inventory.writers) {
    const liveness: Liveness | undefined =
      owner === undefined ? { kind: 'unknown', reason: 'no-owner-record' } : judgements.get(id);
    if (liveness === undefined) continue;
    writers.push({ id, liveness, shards: shards.length });
    if (liveness.kind !== 'dead' || owner === undefined) continue;
    const fold = shards.filter(({ shard }) => foldRule(shard) !== 'drop');
    const drop = shards.filter(({ shard }) => foldRule(shard) === 'drop').map(({ name }) => name);
    dead.push({ id, owner, fold, drop, temporaries });
  }
  return { writers, dead };
}
