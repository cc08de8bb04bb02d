import { ownerFileName, parseFileName, temporaryFileName, type ShardKind } from '@promshard/shard-format';

import { isLockTemporary } from './pruner-lock.js';

/** A shard file, by name. */
export interface ShardFile {
  readonly name: string;
  readonly shard: ShardKind;
}

/** What one writer has in the directory. */
export interface WriterFiles {
  readonly id: string;
  /** Name of its owner record; undefined where there is none. */
  readonly owner: string | undefined;
  readonly shards: readonly ShardFile[];
  /** Files of its own on their way to a real name. */
  readonly temporaries: readonly string[];
}

/** The names in a directory, sorted out. */
export interface Inventory {
  /** By id, ascending. */
  readonly writers: readonly WriterFiles[];
  /** Folded shards of any generation. */
  readonly folded: readonly string[];
  /** What a pruner left on its way: files of a generation or of a lock. */
  readonly prunerTemporaries: readonly string[];
  /** Owner records on their way, whose writer has no owner record yet. */
  readonly ownerTemporaries: readonly string[];
  /** Empty files by which writers that have no owner record yet try whether they can map one. */
  readonly probes: readonly string[];
}

/** Sorts a directory's names by what they belong to; names that are not promshard's are passed over. */
export function takeInventory(names: readonly string[]): Inventory {
  const writers = new Map<string, { owner?: string; shards: ShardFile[]; temporaries: string[] }>();
  const writer = (id: string): { owner?: string; shards: ShardFile[]; temporaries: string[] } => {
    const known = writers.get(id) ?? { shards: [], temporaries: [] };
    writers.set(id, known);
    return known;
  };
  const folded: string[] = [];
  const prunerTemporaries: string[] = [];
  for (const name of names.toSorted()) {
    const parsed = parseFileName(name);
    if (parsed.type === 'shard' && parsed.fold !== undefined) folded.push(name);
    else if (parsed.type === 'shard') writer(parsed.id).shards.push({ name, shard: parsed.shard });
    else if (parsed.type === 'owner') writer(parsed.id).owner = name;
    else if (parsed.type === 'temporary') {
      if (isLockTemporary(name) || FOLDED_ID.test(parsed.id)) prunerTemporaries.push(name);
      else writer(parsed.id).temporaries.push(name);
    }
  }
  const ownerTemporaries: string[] = [];
  const probes: string[] = [];
  const owned: WriterFiles[] = [];
  for (const [id, { owner, shards, temporaries }] of writers) {
    const ownerTemporary = temporaryFileName(id, 'owner');
    if (owner === undefined && temporaries.includes(ownerTemporary)) ownerTemporaries.push(ownerTemporary);
    const probe = temporaryFileName(id, 'probe');
    if (owner === undefined && temporaries.includes(probe)) probes.push(probe);
    if (owner !== undefined || shards.length > 0) owned.push({ id, owner, shards, temporaries });
  }
  return { writers: owned.toSorted(byId), folded, prunerTemporaries, ownerTemporaries, probes };
}

/** Ids that have an owner record, in ascending order. */
export function ownedIds(names: readonly string[]): string[] {
  return takeInventory(names).writers.flatMap(({ id, owner }) => (owner === ownerFileName(id) ? [id] : []));
}

const FOLDED_ID = /^folded-[0-9]+$/;

function byId(a: WriterFiles, b: WriterFiles): number {
  return a.id < b.id ? -1 : 1;
}
