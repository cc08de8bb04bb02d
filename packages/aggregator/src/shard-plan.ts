import {
  HEADER_BYTES,
  KEY_LENGTH_BYTES,
  MAX_KEY_BYTES,
  scanShard,
  type ShardKind,
  type ShardLayout,
  type ShardScan,
} from '@promshard/shard-format';
import type { FileCheck } from '@promshard/native/views';
import type { Catalog, Group, KnownKey } from './catalog.js';
import { combinationOf, isPerWriter } from './combination.js';
import { NO_ENTRIES } from './entry-list.js';
import type { Family } from './family.js';
import type { Pace } from './pace.js';
import { ProblemList } from './problem-list.js';
import type { ShardBuffer } from './shard-buffer.js';
import type { Combination, EntryRange, Feed, Slot } from './slot-table.js';
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

/**
 * Between looks at the clock: some tenths of a millisecond.
 */
export const ENTRIES_PER_STRETCH = 512;

// A few new series do not need a second system call.
const MARGIN_BYTES = 2048;

const FIRST_READ_BYTES = 64 * 1024;

/** Of how many keys one is looked at again in each scrape. */
const KEYS_PER_CHECK = 256;

/** As `FileCheck` of `@promshard/native/views` has them. */
const NUMBERS_PER_PLACE = 3;

/** Room for the check of so many entries: of one in so many, the first and the last, and for the end. */
export function placesFor(entries: number): Int32Array {
  return new Int32Array(NUMBERS_PER_PLACE * (Math.ceil(entries / KEYS_PER_CHECK) + 3));
}

const WORD_BYTES = Int32Array.BYTES_PER_ELEMENT;

/**
 * What is known of a shard: at which offset each value stands, and which slot it feeds. Entries are only ever
 * appended and keys never change, so what was learned once holds; a grown file is learned from where it ended.
 */
export class ShardPlan implements Feed {
  readonly description: ShardDescription;
  readonly combination: Combination;
  readonly #group: Group;
  readonly #pid: Label;
  families: Map<Family, FamilyUse> = new Map();
  #entries = NO_ENTRIES;
  readonly #keyProblems: ProblemList;
  #scanProblem: SnapshotProblem | undefined;
  #layout: ShardLayout = 'timestamps';
  /** "Bytes in use", as the header said. */
  #used = 0;
  /** Where learning stopped; 0 before it began. */
  #end = 0;
  #checks = 0;
  /** Most entries are of the family of the entry before. */
  #lastFamily: Family | undefined;

  constructor(description: ShardDescription, catalog: Catalog) {
    this.description = description;
    this.combination = combinationOf(description.shard);
    this.#group = catalog.group(description.shard);
    this.#pid = ['pid', description.pidLabel];
    this.#keyProblems = new ProblemList(description.name);
  }

  get name(): string {
    return this.description.name;
  }

  get floatIndexes(): Int32Array {
    return this.#entries.floatIndexes;
  }

  get slots(): Int32Array {
    return this.#entries.slots;
  }

  /** How many entries there are that count. */
  get count(): number {
    return this.slots.length;
  }

  get hasTimestamps(): boolean {
    return this.#layout === 'timestamps';
  }

  /** What is wrong with the shard. */
  get problems(): readonly SnapshotProblem[] {
    const found = this.#keyProblems.problems;
    return this.#scanProblem === undefined ? found : [...found, this.#scanProblem];
  }

  /** Whether its values are added up, and all of the file that was in use was learned. */
  get isPlainSum(): boolean {
    return this.combination === 'sum' && this.count > 0 && this.#scanProblem === undefined;
  }

  /** Bytes that must be read to have all values that are known. */
  get end(): number {
    return this.#end;
  }

  /** How many bytes to read at once to get all that can be read, if not many were added. */
  get expectedBytes(): number {
    return this.#end === 0 ? FIRST_READ_BYTES : this.#end + MARGIN_BYTES;
  }

  /** Whether nothing behind what was learned can be read. */
  get isDamaged(): boolean {
    return this.#scanProblem !== undefined && this.#scanProblem.code !== 'truncated';
  }

  /** Says whether the plan is still that of the file: the same file, and not shorter than it was. */
  fits({ identity, pidLabel }: ShardDescription, used: number, length: number): boolean {
    const { description } = this;
    return (
      identity === description.identity &&
      pidLabel === description.pidLabel &&
      used >= this.#used &&
      length >= this.#end
    );
  }

  /** Says whether all of the file, of which `used` bytes are in use, is learned. */
  covers(used: number): boolean {
    return this.#scanProblem === undefined && this.#used === used && this.#end > 0;
  }

  /**
   * Says whether keys are still those that were learned: the first and the last of a range of entries, and some others
   * in turn, so that all are looked at again once in {@link KEYS_PER_CHECK} times. A file that was emptied and written
   * anew in its place, and is no shorter than it was, is found by that.
   *
   * @param words - What was read of the file.
   */
  hasItsKeys(words: Int32Array, { from, to, base = 0 }: EntryRange = { from: 0, to: this.count }): boolean {
    return this.#entriesToCheck(from, to).every((i) => this.#hasItsKey(words, i, base));
  }

  /**
   * The same question as {@link ShardPlan.hasItsKeys}, to be put to the pages of the file.
   *
   * @param places - What to fill: made once, since to make it takes longer than to look at the places.
   */
  check(from: number, to: number, places: Int32Array): FileCheck {
    const { table } = this.#group;
    let at = 0;
    for (const i of this.#entriesToCheck(from, to)) {
      const id = this.#entries.keyIds[i] ?? 0;
      const length = table.byteLength(id) / WORD_BYTES;
      places[at++] = 2 * (this.floatIndexes[i] ?? 0) - length;
      places[at++] = table.startOf(id);
      places[at++] = length;
    }
    places.fill(0, at, at + NUMBERS_PER_PLACE);
    // Behind the first entries it does not matter what was added since.
    return { firstWord: from === 0 ? this.#used : undefined, places, words: table.words };
  }

  #entriesToCheck(from: number, to: number): readonly number[] {
    if (from === to) return [];
    const entries = [from, to - 1];
    for (let i = from + (this.#checks++ % KEYS_PER_CHECK); i < to; i += KEYS_PER_CHECK) entries.push(i);
    return entries;
  }

  /** The number of the first entry, from number `from` on, of which value or timestamp end behind byte `end`. */
  firstBehind(end: number, from: number): number {
    const last = Math.floor(end / Float64Array.BYTES_PER_ELEMENT) - (this.hasTimestamps ? 2 : 1);
    let [low, high] = [from, this.count];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.floatIndexes[middle] ?? 0) <= last) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** The byte behind entry number `i`. */
  endOf(i: number): number {
    const floats = (this.floatIndexes[i] ?? 0) + (this.hasTimestamps ? 2 : 1);
    return floats * Float64Array.BYTES_PER_ELEMENT;
  }

  /** The byte at which entry number `i` begins. */
  startOf(i: number): number {
    const end = (this.floatIndexes[i] ?? 0) * Float64Array.BYTES_PER_ELEMENT;
    return end - this.#group.table.byteLength(this.#entries.keyIds[i] ?? 0);
  }

  /**
   * Learns the entries that are not known yet.
   *
   * @param length - How many bytes of the file stand in the buffer, from its beginning; none that is not in use.
   * @returns How many there were that count; undefined where the entries do not go on as they began, so that a new
   *   plan has to be made.
   */
  async learn(
    buffer: ShardBuffer,
    length: number,
    catalog: Catalog,
    pace: Pace,
  ): Promise<number | undefined> {
    const wasDamaged = this.isDamaged;
    // Before there was an entry, there was nothing to tell the layout by.
    const from = this.#end > HEADER_BYTES ? { offset: this.#end, layout: this.#layout } : undefined;
    const scan = scanShard(buffer.bytes.subarray(0, length), from);
    const isDamaged = scan.problem !== undefined && scan.problem.code !== 'truncated';
    if (from !== undefined && isDamaged !== wasDamaged) return undefined;
    this.#layout = scan.layout;
    this.#end = scan.end;
    this.#used = scan.used;
    this.#scanProblem = scan.problem && { ...scan.problem, file: this.description.name };
    const known = this.count;
    if (scan.valueOffsets.length > 0) await this.#learnEntries(buffer, scan, catalog, pace);
    return this.count - known;
  }

  async #learnEntries(buffer: ShardBuffer, scan: ShardScan, catalog: Catalog, pace: Pace): Promise<void> {
    const found = scan.valueOffsets.length;
    const { entries } = this.#group;
    entries.begin(this.#entries, found);
    let guess = (this.#entries.keyIds.at(-1) ?? -1) + 1;
    for (let i = 0; i < found; i++) {
      if (i % ENTRIES_PER_STRETCH === 0 && pace.isUp()) await pace.rest();
      const keyOffset = scan.keyOffsets[i] ?? 0;
      const valueOffset = scan.valueOffsets[i] ?? 0;
      const key = this.#keyAt(buffer, keyOffset, scan.keyLengths[i] ?? 0, valueOffset, guess, catalog);
      if (key === undefined) continue;
      guess = key.id + 1;
      const slot = this.#slotOf(key);
      if (slot === undefined) continue;
      // Bins have no help text of their own; the quantiles of their family have.
      if (key.sketch?.kind !== 'bin') this.#use(key.family, key.help, key.bound);
      entries.add(valueOffset / Float64Array.BYTES_PER_ELEMENT, slot, key.id);
    }
    this.#entries = entries.take();
  }

  #keyAt(
    buffer: ShardBuffer,
    keyOffset: number,
    keyLength: number,
    valueOffset: number,
    guess: number,
    catalog: Catalog,
  ): KnownKey | undefined {
    const start = (keyOffset - KEY_LENGTH_BYTES) / WORD_BYTES;
    const end = valueOffset / WORD_BYTES;
    if (keyLength > MAX_KEY_BYTES) {
      return this.#refuse('bad-key', keyOffset, `is longer than ${MAX_KEY_BYTES} bytes`);
    }
    let key = this.#group.find(buffer.words, start, end, guess);
    if (key === undefined) {
      const read = catalog.read(this.description.shard, buffer, keyOffset, keyLength, start, end);
      if ('kind' in read) {
        return read.kind === 'refused' ? this.#refuse(read.code, keyOffset, read.why) : undefined;
      }
      key = read;
    }
    if (key.lacksLabel) {
      const why = 'has a label name that the label policy forbids; it is left out';
      this.#refuse('forbidden-label', keyOffset, why);
    }
    return key;
  }

  #refuse(code: SnapshotProblemCode, keyOffset: number, why: string): undefined {
    this.#keyProblems.add(code, keyOffset, `The key at byte ${keyOffset} ${why}.`);
  }

  #slotOf(key: KnownKey): Slot | undefined {
    const { shard } = this.description;
    if (isPerWriter(shard)) {
      const stateLabel = shard.kind === 'stateset' ? key.family.name : undefined;
      return key.family.slotOf(key, withPid(key.labels, this.#pid, stateLabel));
    }
    key.slot ??= key.family.slotOf(key, key.labels);
    return key.slot;
  }

  #hasItsKey(words: Int32Array, i: number, base: number): boolean {
    const end = 2 * ((this.floatIndexes[i] ?? 0) - base);
    return this.#group.table.endsWith(this.#entries.keyIds[i] ?? 0, words, end);
  }

  #use(family: Family, help: string, bound: number | undefined): void {
    if (family === this.#lastFamily && bound === undefined) return;
    let use = this.families.get(family);
    if (use === undefined) this.families.set(family, (use = { help, bounds: new Set() }));
    this.#lastFamily = family;
    if (bound !== undefined) use.bounds.add(bound);
  }
}

/** Puts the writer's name in its place; a label `pid` of the metric's own gives way, as in Python. */
function withPid(labels: readonly Label[], pid: Label, stateLabel: string | undefined): readonly Label[] {
  const others = labels.some(([name]) => name === 'pid') ? labels.filter(([name]) => name !== 'pid') : labels;
  const at = others.findIndex(([name]) => name > 'pid' || name === stateLabel);
  return at < 0 ? [...others, pid] : [...others.slice(0, at), pid, ...others.slice(at)];
}
