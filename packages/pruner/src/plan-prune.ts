import { foldRule } from './fold-rule.js';
import { isForeignId } from './foreign-writer.js';
import { judgeLiveness, type Liveness } from './judge-liveness.js';
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
  /** Undefined for one that keeps no owner record. */
  readonly owner: string | undefined;
  /** Shards whose values go on. */
  readonly fold: readonly ShardFile[];
  /** Shards whose values end here; they are not even read. */
  readonly drop: readonly string[];
  readonly temporaries: readonly string[];
}

/**
 * Decides what becomes of each writer's files. Only a writer that was judged dead loses any: one whose owner record
 * is there still, or that never had one.
 *
 * @param inventory - Taken after every judgement: what a writer made before it died is in it.
 * @param judgements - By id. A writer with an owner record and no judgement came later, and is passed over.
 */
export function planPrune(inventory: Inventory, judgements: ReadonlyMap<string, Liveness>): PrunePlan {
  const writers: JudgedWriter[] = [];
  const dead: DeadWriter[] = [];
  for (const { id, owner, shards, temporaries } of inventory.writers) {
    const isOwned = owner !== undefined || isForeignId(id);
    const liveness =
      (isOwned ? judgements.get(id) : undefined) ?? (owner === undefined ? UNASKED : undefined);
    if (liveness === undefined) continue;
    writers.push({ id, liveness, shards: shards.length });
    if (liveness.kind !== 'dead') continue;
    const fold = shards.filter(({ shard }) => foldRule(shard) !== 'drop');
    const drop = shards.filter(({ shard }) => foldRule(shard) === 'drop').map(({ name }) => name);
    dead.push({ id, owner, fold, drop, temporaries });
  }
  return { writers, dead };
}

const UNASKED: Liveness = judgeLiveness({ kind: 'none', evidence: { files: 'unasked' } });
