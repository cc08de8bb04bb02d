import { standardPolicy, type LabelPolicy } from '@promshard/label-policy';
import { encodeKey, kindName, type ShardKind } from '@promshard/shard-format';

import { cellEntries, type CellEntries } from './cell-entries.js';
import type { DeclaredMetric } from './check-labels.js';
import { listenerOf } from './sampling/callback-listener.js';
import { collectCallback, type CollectingMetric } from './sampling/collect-callback.js';
import { SampledCallback } from './sampling/sampled-callback.js';
import { SameName } from './same-name.js';
import { Shard, type Cell } from './shard.js';
import type { ProblemListener, StoreProblem } from './store-problem.js';

/** Keeps the shards of a set in files. */
export interface ShardKeeper {
  /** A shard in memory has its first entries. */
  onFirstEntries(shard: Shard): void;
  /** A metric with a `collect` callback has come. */
  onCollecting(): void;
  /** Does what no reader may see half done, and what a process that dies over it must not leave half done. */
  atOnce(change: () => void): void;
}

/** A metric whose keys change with the default labels of its registry. */
export interface DefaultLabelled {
  /** Looks whether they are others; what is then to do: to put all series under them. */
  followDefaultLabels(): (() => void) | undefined;
}

/** The counter of label values that the policy refused. */
export const VIOLATIONS_FAMILY = 'multiproc_label_violations';

/** Problems kept for a listener that may come later. */
const KEPT_PROBLEMS = 100;

/**
 * The shards that one thread counts in, whether or not a store keeps them in files: metrics belong to a set, and a
 * set outlives its stores. This is also what two copies of the library share; a change of it that an older copy
 * would not survive raises `PROTOCOL` in `default-set.ts`.
 */
export class ShardSet {
  /** What new series are checked against. */
  policy: LabelPolicy = standardPolicy;
  /** The store that is open on this set. */
  keeper: ShardKeeper | null = null;
  /** How many series the metrics of the set have, for the budget of the process. */
  seriesCount = 0;
  /** Bytes up to which a shard takes label sets; infinite where no store is open. */
  private maxShardBytes = Infinity;
  /** Entries for which there was no room, and which add up to nothing that must be right. */
  private homeless: Shard | null = null;
  /** The `collect` callbacks of the set's metrics, for the store that samples them. */
  readonly collecting: SampledCallback[] = [];
  /** What is to be there once for a set, whichever copy of the library makes it, by a name that says what it is. */
  readonly singletons: Map<string, unknown> = new Map<string, unknown>();
  private listener: ProblemListener | null = null;
  private readonly unheard: StoreProblem[] = [];
  private readonly shardsByName = new Map<string, Shard>();
  private readonly operational = new Map<string, Cell>();
  private readonly metrics = new Map<string, DeclaredMetric>();
  private readonly declarations = new Map<string, number>();
  /** The gauges, by name. */
  readonly sameName: SameName = new SameName();
  private readonly told = new Set<string>();
  private readonly labelled = new Set<WeakRef<DefaultLabelled>>();

  get shards(): Iterable<Shard> {
    return this.shardsByName.values();
  }

  get declaredMetrics(): Iterable<DeclaredMetric> {
    return this.metrics.values();
  }

  /** Remembers a metric's label names. */
  declare({ name, labelNames }: DeclaredMetric): void {
    this.metrics.set(`${name} ${labelNames.join(' ')}`, { name, labelNames: [...labelNames] });
    this.declarations.set(name, this.timesDeclared(name) + 1);
  }

  /** How many metrics of a name there have been. */
  timesDeclared(name: string): number {
    return this.declarations.get(name) ?? 0;
  }

  /** Has a metric told, for as long as it is used, when it should look at its registry's default labels. */
  follow(metric: DefaultLabelled): void {
    this.labelled.add(new WeakRef(metric));
  }

  /** Brings the default labels of registries into the keys. Not while values are settled on a disk (see `Shard`). */
  followDefaultLabels(): void {
    const moves: (() => void)[] = [];
    for (const reference of this.labelled) {
      const metric = reference.deref();
      const move = metric?.followDefaultLabels();
      if (metric === undefined) this.labelled.delete(reference);
      else if (move !== undefined) moves.push(move);
    }
    if (moves.length === 0) return;
    const moveAll = (): void => moves.forEach((move) => move());
    if (this.keeper === null) moveAll();
    else this.keeper.atOnce(moveAll);
  }

  /** Has a metric's `collect` callback sampled while a store is open. */
  addCollecting(metric: CollectingMetric, name: string): void {
    this.collecting.push(new SampledCallback(listenerOf(this), collectCallback(metric, name)));
    this.keeper?.onCollecting();
  }

  /** The shard of a kind, made when first asked for. */
  shard(kind: ShardKind): Shard {
    const name = kindName(kind);
    let shard = this.shardsByName.get(name);
    if (shard === undefined) {
      shard = new Shard(kind);
      shard.limitTo(this.maxShardBytes);
      this.shardsByName.set(name, shard);
    }
    return shard;
  }

  /** Appends entries to one of the set's shards, as {@link Shard.append}. Never fails. */
  append(shard: Shard, entries: CellEntries): Cell {
    const cell = shard.append(entries);
    if (shard.storage.kind === 'memory') this.keeper?.onFirstEntries(shard);
    return cell;
  }

  /**
   * As {@link ShardSet.append}, for the entries of one label set of many: undefined where the shard has reached its
   * limit. They then belong into the overflow series of their metric.
   */
  admit(shard: Shard, entries: CellEntries): Cell | undefined {
    const cell = shard.admit(entries);
    if (cell !== undefined && shard.storage.kind === 'memory') this.keeper?.onFirstEntries(shard);
    return cell;
  }

  /** Appends an entry that no store ever brings to a file. */
  appendInMemory(kind: ShardKind, key: string): Cell {
    this.homeless ??= new Shard(kind);
    return this.homeless.append(cellEntries([key]));
  }

  /** Sets the bytes up to which each shard takes label sets. */
  limitTo(maxShardBytes: number): void {
    this.maxShardBytes = maxShardBytes;
    for (const shard of this.shards) shard.limitTo(maxShardBytes);
  }

  /** Adds 1 to one of the library's own counters, which exists from the first time on. */
  count(family: string, help: string, labels: Readonly<Record<string, string>> = {}): void {
    const key = encodeKey({ family, sample: `${family}_total`, labels, help });
    let cell = this.operational.get(key);
    if (cell === undefined) {
      cell = this.append(this.shard({ kind: 'counter' }), cellEntries([key]));
      this.operational.set(key, cell);
    }
    const { shard, index } = cell;
    shard.f64[index] = (shard.f64[index] ?? 0) + 1;
    if (shard.dirty !== null) shard.touch(index);
  }

  /** Counts and, once, reports a label value that the policy refused. */
  countViolation(metric: string, label: string, reason: string): void {
    this.count(
      VIOLATIONS_FAMILY,
      'Label values that the label policy refused, by metric, label and reason.',
      {
        metric,
        label,
        reason,
      },
    );
    this.reportOnce({
      code: 'label-value-replaced',
      metric,
      label,
      reason,
      message:
        `The label policy refuses values of label "${label}" of metric ${metric} (${reason}); ` +
        'they are counted under what the policy puts in their place.',
    });
  }

  /** Has a listener told what is reported, and what was reported before anyone listened; null for none. */
  listen(listener: ProblemListener | null): void {
    this.listener = listener;
    if (listener === null) return;
    for (const problem of this.unheard.splice(0)) this.report(problem);
  }

  /** Tells the listener of a problem. */
  report(problem: StoreProblem): void {
    if (this.listener === null) {
      if (this.unheard.length < KEPT_PROBLEMS) this.unheard.push(problem);
      return;
    }
    try {
      this.listener(problem);
    } catch {
      // Counting must not fail because its observer does.
    }
  }

  /** Reports a problem of a metric's declaration or labels, once for each code, metric, label and reason. */
  reportOnce(problem: Omit<StoreProblem, 'resolved'> & { readonly metric: string }): void {
    const key = JSON.stringify([problem.code, problem.metric, problem.label, problem.reason]);
    if (this.told.has(key)) return;
    this.told.add(key);
    this.report({ ...problem, resolved: false });
  }
}
