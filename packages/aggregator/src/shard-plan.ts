import {
  decodeKeyText,
  HEADER_BYTES,
  MAX_KEY_BYTES,
  scanShard,
  type ShardKind,
  type ShardLayout,
} from '@promshard/shard-format';
import { isPerWriter, combinationOf } from './combination.js';
import type { Catalog, KnownKey } from './catalog.js';
import type { Family } from './family.js';
import type { Pace } from './pace.js';
import { ProblemList } from './problem-list.js';
import type { Combination, Feed, Slot } from './slot-table.js';
import type { Label, SnapshotProblem, SnapshotProblemCode } from './snapshot.js';

/** What one shard says of a family. */
export interface FamilyUse {
  /** The help text of the shard's first entry of the family. */
  readonly help: string;
  /** A histogram's bounds. */
  readonly bounds: Set<number>;
}

/** Who a shard is of. */
export interface ShardDescription {
  readonly name: string;
  readonly shard: ShardKind;
  /** The file's identity: a plan is of one file only. */
  readonly identity: string;
  /** Value of the `pid` label, where the shard's mode has one. */
  readonly pidLabel: string;
}

// Between looks at the clock.
const ENTRIES_PER_STRETCH = 512;

// A few new series do not need a second system call.
const MARGIN_BYTES = 2048;

/**
 * What is known of a shard: at which offset each value stands, and which slot it feeds. Entries are only ever
 * appended and keys never change, so what was learned once holds; a grown file is learned from where it ended.
 */
export class ShardPlan implements Feed {
  readonly description: ShardDescription;
  readonly families: Map<Family, FamilyUse> = new Map();
  readonly combination: Combination;
  floatIndexes: Int32Array = new Int32Array(64);
  slots: Int32Array = new Int32Array(64);
  count = 0;
  readonly #keyProblems: ProblemList;
  #scanProblem: SnapshotProblem | undefined;
  #layout: ShardLayout = 'timestamps';
  /** Where learning stopped. */
  #end = 0;
  /** Bytes there were, to see whether there are more. */
  #length = 0;

  constructor(description: ShardDescription) {
    this.description = description;
    this.combination = combinationOf(description.shard);
    this.#keyProblems = new ProblemList(description.name);
  }

  get name(): string {
    return this.description.name;
  }

  get hasTimestamps(): boolean {
    return this.#layout === 'timestamps';
  }

  /** What is wrong with the shard. */
  get problems(): readonly SnapshotProblem[] {
    const found = this.#keyProblems.problems;
    return this.#scanProblem === undefined ? found : [...found, this.#scanProblem];
  }

  /** How many bytes to read at once to get all in use, if not many were added. */
  get expectedBytes(): number {
    return this.#length + MARGIN_BYTES;
  }

  /** Says whether the plan is still that of the file: the same file, and not shorter than it was. */
  fits({ identity, pidLabel }: ShardDescription, length: number): boolean {
    const { description } = this;
    return identity === description.identity && pidLabel === description.pidLabel && length >= this.#end;
  }

  /** Says whether all of the file, whose bytes in use are `length`, is learned. */
  covers(length: number): boolean {
    return this.#length === length && this.#end > 0;
  }

  /**
   * Learns the entries that are not known yet.
   *
   * @param bytes - The file's bytes in use, from its beginning.
   * @returns How many there were that count.
   */
  async learn(bytes: Buffer, catalog: Catalog, pace: Pace): Promise<number> {
    // Before there was an entry, there was nothing to tell the layout by.
    const from = this.#end > HEADER_BYTES ? { offset: this.#end, layout: this.#layout } : undefined;
    const scan = scanShard(bytes, from);
    this.#layout = scan.layout;
    this.#end = scan.end;
    this.#length = bytes.byteLength;
    this.#scanProblem = scan.problem && { ...scan.problem, file: this.description.name };
    const known = this.count;
    for (const [i, valueOffset] of scan.valueOffsets.entries()) {
      if (i % ENTRIES_PER_STRETCH === 0 && pace.isUp()) await pace.rest();
      this.#learnEntry(bytes, scan.keyOffsets[i] ?? 0, scan.keyLengths[i] ?? 0, valueOffset, catalog);
    }
    return this.count - known;
  }

  #learnEntry(
    bytes: Buffer,
    keyOffset: number,
    keyLength: number,
    valueOffset: number,
    catalog: Catalog,
  ): void {
    const { shard } = this.description;
    if (keyLength > MAX_KEY_BYTES) {
      return this.#refuse('bad-key', keyOffset, `is longer than ${MAX_KEY_BYTES} bytes`);
    }
    const bytesText = bytes.toString('latin1', keyOffset, keyOffset + keyLength);
    let key = catalog.find(bytesText, shard);
    if (key === undefined) {
      const text = decodeKeyText(bytes, keyOffset, keyLength);
      if (text === undefined) return this.#refuse('bad-key', keyOffset, 'is not UTF-8');
      const read = catalog.read(bytesText, shard, text);
      if ('kind' in read) {
        if (read.kind === 'refused') this.#refuse(read.code, keyOffset, read.why);
        return;
      }
      key = read;
    }
    if (key.series.lacksLabel) {
      this.#refuse(
        'forbidden-label',
        keyOffset,
        'has a label name that the label policy forbids; it is left out',
      );
    }
    // Bins have no help text of their own; the quantiles of their family have.
    if (key.series.sketch?.kind !== 'bin') this.#use(key.family, key.series.help, key.series.bound);
    this.#push(valueOffset, this.#slotOf(key));
  }

  #refuse(code: SnapshotProblemCode, keyOffset: number, why: string): void {
    this.#keyProblems.add(code, keyOffset, `The key at byte ${keyOffset} ${why}.`);
  }

  #slotOf(key: KnownKey): Slot {
    const { shard, pidLabel } = this.description;
    const { series, family } = key;
    if (isPerWriter(shard)) return family.slotOf(series, withPid(series.labels, pidLabel));
    key.slot ??= family.slotOf(series, series.labels);
    return key.slot;
  }

  #use(family: Family, help: string, bound: number | undefined): void {
    let use = this.families.get(family);
    if (use === undefined) this.families.set(family, (use = { help, bounds: new Set() }));
    if (bound !== undefined) use.bounds.add(bound);
  }

  #push(valueOffset: number, slot: Slot): void {
    if (this.count === this.slots.length) {
      this.floatIndexes = grown(this.floatIndexes);
      this.slots = grown(this.slots);
    }
    this.floatIndexes[this.count] = valueOffset / Float64Array.BYTES_PER_ELEMENT;
    this.slots[this.count] = slot;
    this.count++;
  }
}

/** Puts the writer's name in; a label `pid` of the metric's own gives way, as in Python. */
function withPid(labels: readonly Label[], pidLabel: string): readonly Label[] {
  const others = labels.filter(([name]) => name !== 'pid');
  return [...others, ['pid', pidLabel] as const].toSorted(([a], [b]) => (a < b ? -1 : 1));
}

function grown(array: Int32Array): Int32Array {
  const larger = new Int32Array(2 * array.length);
  larger.set(array);
  return larger;
}
