import { parseFileName } from './file-name.js';
import { isCount, parseObject } from './json-object.js';

/**
 * Which folded generation counts: the JSON in `folded.json`, replaced by rename.
 *
 * A reader takes a folded shard only if `files` lists it, and passes over every name in `superseded`, whether or not
 * the file is already gone: so each value is seen exactly once.
 */
export interface FoldPointer {
  readonly formatVersion: 1;
  /** From 1; each fold adds one. */
  readonly generation: number;
  /** Names of the shard files of this generation. */
  readonly files: readonly string[];
  /** Names of files whose values are in this generation (or were dropped with it), and which are being deleted. */
  readonly superseded: readonly string[];
}

/** Writes a fold pointer as JSON. */
export function encodeFoldPointer(pointer: FoldPointer): string {
  return `${JSON.stringify(pointer)}\n`;
}

/**
 * Reads a fold pointer; undefined where the text is not one. A name with a path in it, or a listed file that is no
 * folded shard of this generation, makes the whole pointer invalid: a pruner deletes what it names.
 */
export function parseFoldPointer(text: string): FoldPointer | undefined {
  const json = parseObject(text);
  if (json === undefined || json['formatVersion'] !== 1) return undefined;
  const { generation, files, superseded } = json;
  if (!isCount(generation) || generation === 0) return undefined;
  if (!isListOf(files, (name) => isFoldedShard(name, generation))) return undefined;
  if (!isListOf(superseded, isFileName)) return undefined;
  return { formatVersion: 1, generation, files, superseded };
}

function isListOf(value: unknown, accepts: (name: string) => boolean): value is string[] {
  return Array.isArray(value) && value.every((name) => typeof name === 'string' && accepts(name));
}

function isFoldedShard(name: string, generation: number): boolean {
  const parsed = parseFileName(name);
  return isFileName(name) && parsed.type === 'shard' && parsed.fold === generation;
}

function isFileName(name: string): boolean {
  return name !== '' && name !== '.' && name !== '..' && !/[/\\\0]/.test(name);
}
