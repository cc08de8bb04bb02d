import { kindName, type ShardKind } from '@promshard/shard-format';
import { combinationOf } from './combination.js';
import { Family } from './family.js';
import type { OutgoingLabelPolicy } from './outgoing-label.js';
import { readKey, type ReadKey, type SeriesName } from './read-key.js';
import { SlotTable, type Slot } from './slot-table.js';

/** A series that a key names. */
export interface KnownKey {
  readonly series: SeriesName;
  readonly family: Family;
  /** Where its values go; undefined where that depends on the writer. */
  slot: Slot | undefined;
}

/** The keys and families of one kind (and mode) of shard. */
interface Group {
  readonly keys: Map<string, KnownKey>;
  readonly families: Map<string, Family>;
}

/**
 * Every series that was ever seen: each key's text is parsed once, however many shards hold it. Grows only; who
 * owns it starts a new one when most of it is of the past.
 */
export class Catalog {
  readonly slots: SlotTable = new SlotTable();
  readonly #policy: OutgoingLabelPolicy | undefined;
  readonly #groups = new Map<string, Group>();

  constructor(policy: OutgoingLabelPolicy | undefined) {
    this.#policy = policy;
  }

  /**
   * Finds a key that was read before.
   *
   * @param bytesText - The key's bytes, one character each: enough to tell keys apart, and cheap to make.
   */
  find(bytesText: string, shard: ShardKind): KnownKey | undefined {
    return this.#group(shard).keys.get(bytesText);
  }

  /** Reads a key that is new. One that is refused is not kept. */
  read(bytesText: string, shard: ShardKind, text: string): KnownKey | Exclude<ReadKey, { kind: 'series' }> {
    const read = readKey(text, shard.kind, this.#policy);
    if (read.kind !== 'series') return read;
    const { series } = read;
    const key: KnownKey = { series, family: this.#family(series.family, shard), slot: undefined };
    this.#group(shard).keys.set(bytesText, key);
    return key;
  }

  #family(name: string, kind: ShardKind): Family {
    // The quantiles of a summary are part of it.
    const shard: ShardKind = kind.kind === 'sketch' ? { kind: 'summary' } : kind;
    const { families } = this.#group(shard);
    let family = families.get(name);
    if (family === undefined) {
      family = new Family(name, shard, combinationOf(shard), this.slots);
      families.set(name, family);
    }
    return family;
  }

  #group(shard: ShardKind): Group {
    const name = kindName(shard);
    let group = this.#groups.get(name);
    if (group === undefined) {
      group = { keys: new Map(), families: new Map() };
      this.#groups.set(name, group);
    }
    return group;
  }
}
