import { decodeKeyText, kindName, type MetricKind, type ShardKind } from '@promshard/shard-format';
import { combinationOf } from './combination.js';
import { EntryList } from './entry-list.js';
import { Family } from './family.js';
import { KeyTable, type KeyId } from './key-table.js';
import type { OutgoingLabelPolicy } from './outgoing-label.js';
import { PlainKeys } from './plain-key.js';
import { readJsonKey, readKey, type ReadKey, type SeriesName } from './read-key.js';
import { SeriesBudget } from './series-budget.js';
import type { ShardBuffer } from './shard-buffer.js';
import { SlotTable, type Slot } from './slot-table.js';

/** A series that a key names; without what is only needed until it has its place. */
export interface KnownKey extends Omit<SeriesName, 'family'> {
  readonly id: KeyId;
  readonly family: Family;
  /** Where its values go; undefined where that depends on the writer. */
  slot: Slot | undefined;
}

/** The keys and families of one kind (and mode) of shard. */
export class Group {
  readonly table: KeyTable = new KeyTable();
  /** For one shard at a time. */
  readonly entries: EntryList = new EntryList();
  readonly families: Map<string, Family> = new Map();
  readonly #kind: MetricKind;
  readonly #keys: KnownKey[] = [];
  readonly #plainKeys = new PlainKeys();
  #lastSeries: SeriesName | undefined;
  /** The key that was added last. */
  lastKey: KnownKey | undefined;

  constructor(kind: MetricKind) {
    this.#kind = kind;
  }

  /** Reads a key that is new. */
  read(bytes: Buffer, start: number, end: number, policy: OutgoingLabelPolicy | undefined): ReadKey {
    let parts = this.#plainKeys.read(bytes, start, end);
    if (parts === undefined) {
      const text = decodeKeyText(bytes, start, end - start);
      if (text === undefined) return { kind: 'refused', code: 'bad-key', why: 'is not UTF-8' };
      parts = readJsonKey(text);
    }
    if (parts === undefined) {
      const why = 'is not the JSON array [family, sample, labels, help]';
      return { kind: 'refused', code: 'bad-key', why };
    }
    const read = readKey(parts, this.#kind, policy, this.#lastSeries);
    if (read.kind === 'series') this.#lastSeries = read.series;
    return read;
  }

  /** Finds a key that was read before; see {@link KeyTable.find}. */
  find(words: Int32Array, start: number, end: number, guess: number): KnownKey | undefined {
    const id = this.table.find(words, start, end, guess);
    return id === undefined ? undefined : this.#keys[id];
  }

  add(key: KnownKey): void {
    this.#keys[key.id] = key;
    this.lastKey = key;
  }
}

/**
 * Every series that was ever seen: each key's text is parsed once, however many shards hold it. Grows only; who
 * owns it starts a new one when most of it is of the past.
 */
export class Catalog {
  readonly slots: SlotTable = new SlotTable();
  readonly budget: SeriesBudget;
  readonly #policy: OutgoingLabelPolicy | undefined;
  readonly #groups = new Map<string, Group>();

  /** @param before - The catalog that this one takes the place of: what had room there has room here. */
  constructor(policy: OutgoingLabelPolicy | undefined, maxSeries: number, before?: Catalog) {
    this.#policy = policy;
    this.budget = new SeriesBudget(this.slots, maxSeries, before?.heirs());
  }

  /**
   * Reads a key that is new, which has `length` bytes from `offset` on. One that is refused is not kept.
   *
   * @param start - Index of the first 32-bit word of its entry; see {@link KeyTable}.
   * @param end - Index behind the last word of its padding.
   */
  read(
    shard: ShardKind,
    { bytes, words }: ShardBuffer,
    offset: number,
    length: number,
    start: number,
    end: number,
  ): KnownKey | Exclude<ReadKey, { kind: 'series' }> {
    const group = this.group(shard);
    const read = group.read(bytes, offset, offset + length, this.#policy);
    if (read.kind !== 'series') return read;
    const { family: name, sample, help, labels, bound, sketch, lacksLabel } = read.series;
    const family = group.lastKey?.family.name === name ? group.lastKey.family : this.#family(name, shard);
    const id = group.table.add(words, start, end);
    const key: KnownKey = {
      id,
      family,
      // Bins have names of their own each.
      sample: sketch === undefined ? family.sampleName(sample) : sample,
      help: family.helpText(help),
      labels,
      bound,
      sketch,
      lacksLabel,
      slot: undefined,
    };
    group.add(key);
    return key;
  }

  /** A family that is known already. */
  family(name: string, shard: ShardKind): Family | undefined {
    return this.group(shard).families.get(name);
  }

  group(shard: ShardKind): Group {
    const name = kindName(shard);
    let group = this.#groups.get(name);
    if (group === undefined) this.#groups.set(name, (group = new Group(shard.kind)));
    return group;
  }

  /** The names of all series that have values, where not all found room. */
  private heirs(): Iterable<string> {
    if (this.budget.together + this.budget.leftOut === 0) return [];
    const families = [...this.#groups.values()].flatMap((group) => [...group.families.values()]);
    return families.flatMap((family) => family.fedNames());
  }

  #family(name: string, kind: ShardKind): Family {
    // The quantiles of a summary are part of it.
    const shard: ShardKind = kind.kind === 'sketch' ? { kind: 'summary' } : kind;
    const { families } = this.group(shard);
    let family = families.get(name);
    if (family === undefined) {
      family = new Family(name, shard, combinationOf(shard), this.slots, this.budget);
      families.set(name, family);
    }
    return family;
  }
}
