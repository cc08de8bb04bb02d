import { shardFileName } from '@promshard/shard-format';

import { asideId, idBeforeAside, isForeignId } from './foreign-writer.js';
import { judgeForeign } from './judge-foreign.js';
import type { Liveness } from './judge-liveness.js';
import type { PruneDirectory } from './prune-directory.js';
import type { LeftFile } from './prune-report.js';
import { takeInventory, type WriterFiles } from './take-inventory.js';

/** What came of looking at the writers that keep no owner record. */
export interface ForeignWriters {
  /** By the id under which their shards are to be found now. */
  readonly judgements: ReadonlyMap<string, Liveness>;
  /** Shards that nobody writes to and that could not be given another name. */
  readonly left: readonly LeftFile[];
}

/** What a run that may change the directory brings along. */
export interface Authority {
  /** 16 lowercase hexadecimal digits that were never used before. */
  readonly nonce: string;
  /** Makes readers that are at work start anew; throws where the lock was lost. */
  readonly announce: () => Promise<void>;
}

/**
 * Judges the writers that keep no owner record, and gives the shards of the dead names that no process will ever open
 * again, since theirs may come again. docs/decisions/0009-python-writers.md holds the argument.
 *
 * @param names - The directory's names, listed under the lock; a fold pointer must be there.
 * @param authority - Undefined for a dry run: judgements are then under the ids as they are.
 */
export async function setForeignAside(
  directory: PruneDirectory,
  names: readonly string[],
  authority: Authority | undefined,
): Promise<ForeignWriters> {
  const judgements = new Map<string, Liveness>();
  const left: LeftFile[] = [];
  const leaving: WriterFiles[] = [];
  for (const writer of takeInventory(names).writers) {
    const { id, owner, shards } = writer;
    if (owner !== undefined || !isForeignId(id)) continue;
    const liveness = await judgeForeign(
      directory,
      shards.map(({ name }) => name),
    );
    if (liveness.kind === 'dead' && authority !== undefined && idBeforeAside(id) === undefined) {
      leaving.push(writer);
    } else {
      judgements.set(id, liveness);
    }
  }
  if (authority === undefined || leaving.length === 0) return { judgements, left };

  const { announce, nonce } = authority;
  const moves: Move[] = [];
  for (const move of leaving.flatMap((writer) => movesOf(writer, nonce))) {
    if (await giveName(directory, move, left)) moves.push(move);
  }
  if (moves.length === 0) return { judgements, left };
  // From here on both names are there, and readers take one file once. A power failure must not lose the second
  // name and keep the removal of the first.
  await directory.sync();
  await announce();
  const moved: Move[] = [];
  for (const move of moves) {
    if (await takeName(directory, move, left)) moved.push(move);
  }
  // Whoever opened a file before its name went has it open now; nobody else ever will.
  for (const [id, files] of byAsideId(moved)) judgements.set(id, await judgeForeign(directory, files));
  return { judgements, left };
}

/**
 * Takes back the second names that a run gave before it was cut short, where the first ones are still there: the two
 * would be folded as two shards. Gives the names that are left.
 */
export async function undoSetAside(directory: PruneDirectory, names: readonly string[]): Promise<string[]> {
  const undone = new Set<string>();
  for (const { id, shards } of takeInventory(names).writers) {
    const before = idBeforeAside(id);
    if (before === undefined) continue;
    for (const { name, shard } of shards) {
      if (!(await isOneFile(directory, name, shardFileName(shard, before)))) continue;
      await directory.remove(name);
      undone.add(name);
    }
  }
  return names.filter((name) => !undone.has(name));
}

interface Move {
  readonly asideId: string;
  readonly from: string;
  readonly to: string;
}

function movesOf({ id, shards }: WriterFiles, nonce: string): Move[] {
  const aside = asideId(id, nonce);
  return shards.map(({ name, shard }) => ({ asideId: aside, from: name, to: shardFileName(shard, aside) }));
}

/** Gives a shard its second name; false where that cannot be had, or the shard is gone. */
async function giveName(directory: PruneDirectory, { from, to }: Move, left: LeftFile[]): Promise<boolean> {
  try {
    return await directory.link(from, to);
  } catch (error) {
    left.push({ file: from, reason: reasonOf(error) });
    // It may be there all the same, and must not: if it cannot be removed, the run ends here, and the next one undoes it.
    await directory.remove(to);
    return false;
  }
}

/** Takes a shard's first name away; false, and the second one taken back, where that fails. */
async function takeName(directory: PruneDirectory, { from, to }: Move, left: LeftFile[]): Promise<boolean> {
  // Anything else under this name is a new process's.
  if (!(await isOneFile(directory, from, to))) return true;
  try {
    await directory.remove(from);
    return true;
  } catch (error) {
    // What failed may have happened: then the second name is the only one.
    if (!(await isOneFile(directory, from, to))) return true;
    await directory.remove(to);
    left.push({ file: from, reason: reasonOf(error) });
    return false;
  }
}

async function isOneFile(directory: PruneDirectory, one: string, other: string): Promise<boolean> {
  const facts = await directory.stat(one);
  return facts !== undefined && facts.identity === (await directory.stat(other))?.identity;
}

function byAsideId(moves: readonly Move[]): Map<string, string[]> {
  const files = new Map<string, string[]>();
  for (const { asideId: id, to } of moves) files.set(id, [...(files.get(id) ?? []), to]);
  return files;
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
