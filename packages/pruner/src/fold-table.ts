import type { ShardProblem } from '@promshard/shard-format';

import type { TimedValue } from './fold-series.js';

/** The series of one kind of shard, being folded. */
export interface FoldTable {
  /** Bytes of the file that {@link FoldTable.encode} would make, roughly. */
  readonly bytes: number;
  readonly size: number;
  /** Adds a shard file whole, or not at all; gives what is wrong with it. */
  addFile(file: Uint8Array, touchedAt?: number): ShardProblem | undefined;
  /** Adds one value. @param key - ASCII text. */
  add(key: string, value: TimedValue): void;
  encode(): Uint8Array;
}
