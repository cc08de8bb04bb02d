import { isGaugeMode, isStateSetMode, kindName, type ShardKind } from './metric-kind.js';

/** What a directory entry's name says that it is. */
export type ParsedFileName =
  /** A shard; `fold` is the generation where it is a folded one. Python's own shards have a PID as their id. */
  | { readonly type: 'shard'; readonly shard: ShardKind; readonly id: string; readonly fold?: number }
  | { readonly type: 'owner'; readonly id: string }
  | { readonly type: 'pruner-lock'; readonly epoch: number }
  | { readonly type: 'fold-pointer' }
  /** A second copy of the fold pointer, for when the first is damaged. */
  | { readonly type: 'fold-spare'; readonly generation: number }
  /** A file on its way to its real name; readers pass it over. */
  | { readonly type: 'temporary'; readonly id: string }
  /** Ends in `.db` or `.shard`, but is no shard's name. */
  | { readonly type: 'foreign-shard' }
  | { readonly type: 'other' };

/** Name of the file that says which folded generation counts. */
export const FOLD_POINTER_FILE = 'folded.json';

const SHARD = /^(?:(counter|histogram|summary)|gauge_([a-z]+))_(.+)\.db$/s;
const OWN_SHARD = /^(?:(sketch|info)|stateset_([a-z]+))_(.+)\.shard$/s;
const EXEMPLARS = /^(.+)\.exemplars$/s;
const FOLD_SPARE = /^folded-([1-9][0-9]{0,14})\.json$/;
const FOLDED_ID = /^folded-([1-9][0-9]{0,14})$/;
const OWNER = /^(.+)\.owner$/s;
const PRUNER_LOCK = /^pruner-([1-9][0-9]{0,14})\.lock$/;
const TEMPORARY = /^\.(.+)\.[a-z0-9-]+\.tmp$/s;

/** Name of the shard file of `kind` for the writer `id`: `counter_S.db`, `gauge_max_S.db`, `sketch_S.shard`. */
export function shardFileName(shard: ShardKind, id: string): string {
  if (shard.kind === 'exemplars') return `${id}.exemplars`;
  const isPythons = shard.kind !== 'sketch' && shard.kind !== 'info' && shard.kind !== 'stateset';
  return `${kindName(shard)}_${id}.${isPythons ? 'db' : 'shard'}`;
}

/** The id under which folded generation `generation` (from 1) is filed. */
export function foldedId(generation: number): string {
  return `folded-${generation}`;
}

/** Name of the second copy of the fold pointer of `generation`. */
export function foldSpareName(generation: number): string {
  return `folded-${generation}.json`;
}

/** Name of a writer's owner record. */
export function ownerFileName(id: string): string {
  return `${id}.owner`;
}

/** Name of the pruner's lock in its `epoch` (from 1). */
export function prunerLockName(epoch: number): string {
  return `pruner-${epoch}.lock`;
}

/**
 * Name under which a file is made before it is renamed into place.
 *
 * @param purpose - Lowercase letters, digits and dashes; tells apart the files that one `id` makes at once.
 */
export function temporaryFileName(id: string, purpose: string): string {
  return `.${id}.${purpose}.tmp`;
}

/** Tells what a directory entry's name says that it is. */
export function parseFileName(name: string): ParsedFileName {
  if (name === FOLD_POINTER_FILE) return { type: 'fold-pointer' };
  const temporary = TEMPORARY.exec(name)?.[1];
  if (temporary !== undefined) return { type: 'temporary', id: temporary };
  if (name.endsWith('.db')) return parseShardName(name, SHARD);
  if (name.endsWith('.shard')) return parseShardName(name, OWN_SHARD);
  const withExemplars = EXEMPLARS.exec(name)?.[1];
  if (withExemplars !== undefined) return ofShard({ kind: 'exemplars' }, withExemplars);
  const spare = FOLD_SPARE.exec(name)?.[1];
  if (spare !== undefined) return { type: 'fold-spare', generation: Number(spare) };
  const epoch = PRUNER_LOCK.exec(name)?.[1];
  if (epoch !== undefined) return { type: 'pruner-lock', epoch: Number(epoch) };
  const owner = OWNER.exec(name)?.[1];
  return owner === undefined ? { type: 'other' } : { type: 'owner', id: owner };
}

function parseShardName(name: string, pattern: RegExp): ParsedFileName {
  const [, kind, mode, id] = pattern.exec(name) ?? [];
  if (id === undefined) return { type: 'foreign-shard' };
  const shard = pattern === SHARD ? pythonsKind(kind, mode) : ownKind(kind, mode);
  if (shard === undefined) return { type: 'foreign-shard' };
  return ofShard(shard, id);
}

function ofShard(shard: ShardKind, id: string): ParsedFileName {
  const fold = FOLDED_ID.exec(id)?.[1];
  return fold === undefined ? { type: 'shard', shard, id } : { type: 'shard', shard, id, fold: Number(fold) };
}

function pythonsKind(kind: string | undefined, mode: string | undefined): ShardKind | undefined {
  if (kind === 'counter' || kind === 'histogram' || kind === 'summary') return { kind };
  return mode !== undefined && isGaugeMode(mode) ? { kind: 'gauge', mode } : undefined;
}

function ownKind(kind: string | undefined, mode: string | undefined): ShardKind | undefined {
  if (kind === 'sketch' || kind === 'info') return { kind };
  return mode !== undefined && isStateSetMode(mode) ? { kind: 'stateset', mode } : undefined;
}
