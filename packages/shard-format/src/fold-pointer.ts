import { parseFileName } from './file-name.js';
import { isCount, isObject, parseObject } from './json-object.js';

/**
 * Which folded shards count: the JSON in `folded.json`, replaced by rename.
 *
 * A reader takes a folded shard only if `files` lists it, and passes over every name in `superseded`, whether or not
 * the file is already gone: so each value is seen exactly once.
 */
export interface FoldPointer {
  readonly formatVersion: 1;
  /** From 1; each fold adds one. */
  readonly generation: number;
  /**
   * Names of the folded shards that count, of this generation and of earlier ones. Several may be of one kind: their
   * values combine as those of any two shards do.
   */
  readonly files: readonly string[];
  /** Names of files whose values are in `files` (or were dropped), and which are being deleted. */
  readonly superseded: readonly string[];
  /** For the next run of the pruner; readers pass it over. */
  readonly notes?: FoldNotes;
  /** Says nothing; it changes when readers are to start anew though no value moved. */
  readonly touched?: string;
}

/** What a run of the pruner leaves to the next one, so that it need not read folded shards to know it. */
export interface FoldNotes {
  /** When the generation was made, in unix seconds: a run that is killed over one, and the next, make two of a number. */
  readonly madeAt: number;
  /** The latest value of the gauge `multiproc_orphan_files_detected`. */
  readonly orphanFiles: number;
  /** Its timestamp, in unix seconds. */
  readonly orphansAt: number;
  /** When it was last looked for series that nobody touches any more; unix seconds, 0 for never. */
  readonly sweptAt: number;
}

/** Writes a fold pointer as JSON. */
export function encodeFoldPointer(pointer: FoldPointer): string {
  return `${JSON.stringify(pointer)}\n`;
}

/**
 * Reads a fold pointer; undefined where the text is not one. A name with a path in it, or a listed file that is no
 * folded shard of this generation or an earlier one, makes the whole pointer invalid: a pruner deletes what it names.
 */
export function parseFoldPointer(text: string): FoldPointer | undefined {
  const json = parseObject(text);
  if (json === undefined || json['formatVersion'] !== 1) return undefined;
  const { generation, files, superseded } = json;
  if (!isCount(generation) || generation === 0) return undefined;
  if (!isListOf(files, (name) => isFoldedShard(name, generation))) return undefined;
  if (!isListOf(superseded, isFileName)) return undefined;
  const notes = parseNotes(json['notes']);
  const { touched } = json;
  return {
    formatVersion: 1,
    generation,
    files,
    superseded,
    ...(notes === undefined ? {} : { notes }),
    ...(typeof touched === 'string' ? { touched } : {}),
  };
}

/** Notes that cannot be read are as none: a run of the pruner does without them. */
function parseNotes(json: unknown): FoldNotes | undefined {
  if (!isObject(json)) return undefined;
  const { madeAt, orphanFiles, orphansAt, sweptAt } = json;
  if (!isNumber(madeAt) || !isNumber(orphanFiles)) return undefined;
  if (!isNumber(orphansAt) || !isNumber(sweptAt)) return undefined;
  return { madeAt, orphanFiles, orphansAt, sweptAt };
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number';
}

function isListOf(value: unknown, accepts: (name: string) => boolean): value is string[] {
  return Array.isArray(value) && value.every((name) => typeof name === 'string' && accepts(name));
}

function isFoldedShard(name: string, generation: number): boolean {
  const parsed = parseFileName(name);
  if (!isFileName(name) || parsed.type !== 'shard') return false;
  return parsed.fold !== undefined && parsed.fold <= generation;
}

function isFileName(name: string): boolean {
  return name !== '' && name !== '.' && name !== '..' && !/[/\\\0]/.test(name);
}
