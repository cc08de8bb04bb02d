import { shardFileName, type ShardKind, type ShardProblem } from '@promshard/shard-format';

import type { TimedValue } from './fold-series.js';
import { foldRule } from './fold-rule.js';
import { ExemplarTable } from './exemplar-table.js';
import type { FoldTable } from './fold-table.js';
import { SeriesTable } from './series-table.js';

/** The series of one kind that a generation adds. */
export interface KindDelta {
  readonly shard: ShardKind;
  readonly table: FoldTable;
}

/** What a generation adds to the one before: the values of dead writers, by kind. */
export class Delta {
  readonly #kinds = new Map<string, KindDelta>();

  /** @param kinds - Tables to begin with; they become the delta's own. */
  constructor(kinds: Iterable<KindDelta> = []) {
    for (const kind of kinds) this.#kinds.set(shardFileName(kind.shard, ''), kind);
  }

  /** Sizes of the files that the kinds would make. */
  get bytes(): number {
    return [...this.#kinds.values()].reduce((sum, { table }) => sum + table.bytes, 0);
  }

  /** Kinds with values, in the order of their files' names. */
  get kinds(): readonly KindDelta[] {
    const named = [...this.#kinds].toSorted(([a], [b]) => (a < b ? -1 : 1));
    return named.map(([, kind]) => kind).filter(({ table }) => table.size > 0);
  }

  /** Adds a shard file whole, or not at all; see {@link SeriesTable.addFile}. */
  addFile(shard: ShardKind, file: Uint8Array, touchedAt: number): ShardProblem | undefined {
    return this.#tableOf(shard)?.addFile(file, touchedAt);
  }

  /** Adds one value. @param key - ASCII text. */
  add(shard: ShardKind, key: string, value: TimedValue): void {
    this.#tableOf(shard)?.add(key, value);
  }

  /** Undefined where the values of a kind end with their writer. */
  #tableOf(shard: ShardKind): FoldTable | undefined {
    const name = shardFileName(shard, '');
    const known = this.#kinds.get(name);
    if (known !== undefined) return known.table;
    const rule = foldRule(shard);
    if (rule === 'drop') return undefined;
    const table = rule === 'newest-exemplar' ? new ExemplarTable() : new SeriesTable(rule);
    this.#kinds.set(name, { shard, table });
    return table;
  }
}
