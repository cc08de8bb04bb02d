import { randomBytes } from 'node:crypto';

import { loadNative } from '@promshard/native';
import {
  encodeFoldPointer,
  FOLD_POINTER_FILE,
  foldedId,
  parseFileName,
  temporaryFileName,
} from '@promshard/shard-format';

import { isForeignId } from './foreign-writer.js';
import { thisHost, type Host } from './host.js';
import { judgeForeign } from './judge-foreign.js';
import { explainLiveness, type Liveness } from './judge-liveness.js';
import { judgeOwners } from './judge-owners.js';
import { listNames } from './list-names.js';
import { openPruneDirectory, type FileLocks, type PruneDirectory } from './prune-directory.js';
import type { JudgedWriter, LeftFile, PruneBusy, PruneFailed } from './prune-report.js';
import { startRemoval } from './remove-files.js';
import { setForeignAside } from './set-foreign-aside.js';
import { ownedIds, takeInventory } from './take-inventory.js';
import { underLock } from './under-lock.js';

/** What to empty, and how. */
export interface ResetOptions {
  /** Absolute path of the shared directory. */
  readonly dir: string;
  /** The system calls of `@promshard/native`, where its addon is there by default; `false` goes without. */
  readonly native?: FileLocks | false | undefined;
  /** Reaches the directory in place of `node:fs`, for tests. */
  readonly directory?: PruneDirectory | undefined;
  /** What is known of processes; this machine's by default. */
  readonly host?: Host | undefined;
  /** Unix milliseconds; `Date.now` by default. */
  readonly now?: (() => number) | undefined;
}

/** How it ended. */
export type ResetReport = ResetDone | ResetRefused | PruneBusy | PruneFailed;

/** Nobody lived in the directory, and what promshard and Python had left in it is gone. */
export interface ResetDone {
  readonly kind: 'done';
  readonly dir: string;
  readonly removed: readonly string[];
  /** Names that are nobody's shard; they stay. */
  readonly strange: readonly string[];
  readonly left: readonly LeftFile[];
}

/** Somebody lives in the directory, or may. Nothing was removed. */
export interface ResetRefused {
  readonly kind: 'refused';
  readonly dir: string;
  /** Those who are not known to be dead. */
  readonly writers: readonly JudgedWriter[];
  readonly message: string;
}

/**
 * Empties a directory of shards, as its deployment does before the first writer starts: only if every writer that has
 * files in it is dead. Python's are judged by who has their files open, whatever `prune` was told about them. Files of
 * writers that start meanwhile are not touched, links are not followed, and the pruner's lock stays.
 *
 * Never rejects for anything that the directory or the disk does.
 */
export async function resetDirectory(options: ResetOptions): Promise<ResetReport> {
  const { dir, native, host = thisHost(), now = Date.now } = options;
  const locks = native === false ? undefined : (native ?? loadNative().addon);
  const directory = options.directory ?? openPruneDirectory(dir, locks);
  return underLock(directory, host, now, (confirm) => emptyDirectory(directory, host, confirm));
}

async function emptyDirectory(
  directory: PruneDirectory,
  host: Host,
  confirm: () => Promise<void>,
): Promise<ResetDone | ResetRefused> {
  const first = await listNames(directory);
  const judged = await judgeAll(directory, host, first);
  const living = judged.filter(({ liveness }) => liveness.kind !== 'dead');
  if (living.length > 0) return refusal(directory.path, living);

  // Totals end here, so there is nothing that a reader could see by halves; but a Python process may open a shard of
  // its dead namesake at any moment, and must then have it still.
  const nonce = randomBytes(8).toString('hex');
  const { judgements } = await setForeignAside(directory, first, { nonce, announce: confirm });
  const names = await listNames(directory);
  const { writers, folded, prunerTemporaries } = takeInventory(names);
  const returned = writers.flatMap(({ id, shards }): JudgedWriter[] => {
    const liveness = judgements.get(id);
    return liveness === undefined || liveness.kind === 'dead'
      ? []
      : [{ id, liveness, shards: shards.length }];
  });
  if (returned.length > 0) return refusal(directory.path, returned);

  const dead = new Set([
    ...judged.map(({ id }) => id).filter((id) => !isForeignId(id)),
    ...judgements.keys(),
  ]);
  const doomed = writers.filter(({ id }) => dead.has(id));
  const shards = doomed.flatMap((writer) => writer.shards.map(({ name }) => name));
  await confirm();
  await commitNothing(directory, names, shards);
  const removal = startRemoval(directory, false);
  for (const { owner, shards: own, temporaries } of doomed) {
    // The owner record last: by it the rest is known to be a dead writer's.
    const isBare = await removal.remove([...own.map(({ name }) => name), ...temporaries]);
    if (isBare && owner !== undefined) await removal.remove([owner]);
  }
  const generations = names.filter((name) => parseFileName(name).type === 'fold-spare');
  const isEmpty = await removal.remove([...folded, ...generations, ...prunerTemporaries]);
  // Last: while it is there, nothing that is still here counts.
  if (isEmpty && removal.left.length === 0) await removal.remove([FOLD_POINTER_FILE]);
  const strange = names.filter((name) => isStrange(name));
  return { kind: 'done', dir: directory.path, removed: removal.removed, strange, left: removal.left };
}

async function judgeAll(
  directory: PruneDirectory,
  host: Host,
  names: readonly string[],
): Promise<JudgedWriter[]> {
  const owners = await judgeOwners(directory, host, ownedIds(names));
  const judged: JudgedWriter[] = [];
  for (const { id, owner, shards } of takeInventory(names).writers) {
    const liveness: Liveness | undefined =
      owner === undefined
        ? await judgeForeign(
            directory,
            shards.map(({ name }) => name),
          )
        : owners.get(id);
    // One whose record has gone since has nothing here any more, or will be judged without it.
    if (liveness !== undefined) judged.push({ id, liveness, shards: shards.length });
  }
  return judged;
}

/** Puts a pointer in place by which nothing counts, so that a reset that is cut short leaves no half totals. */
async function commitNothing(
  directory: PruneDirectory,
  names: readonly string[],
  superseded: readonly string[],
): Promise<void> {
  const generations = names.flatMap((name) => {
    const parsed = parseFileName(name);
    if (parsed.type === 'fold-spare') return [parsed.generation];
    return parsed.type === 'shard' && parsed.fold !== undefined ? [parsed.fold] : [];
  });
  if (generations.length === 0 && superseded.length === 0 && !names.includes(FOLD_POINTER_FILE)) return;
  const generation = Math.max(0, ...generations) + 1;
  const temporary = temporaryFileName(foldedId(generation), 'reset');
  await directory.remove(temporary);
  const pointer = { formatVersion: 1, generation, files: [], superseded } as const;
  await directory.write(temporary, Buffer.from(encodeFoldPointer(pointer)));
  await directory.rename(temporary, FOLD_POINTER_FILE);
  await directory.sync();
}

function isStrange(name: string): boolean {
  const { type } = parseFileName(name);
  return type === 'foreign-shard' || type === 'other';
}

function refusal(dir: string, writers: readonly JudgedWriter[]): ResetRefused {
  const lines = writers.map(
    ({ id, liveness }) => `  ${id.padEnd(28)} ${liveness.kind.padEnd(7)} ${explainLiveness(liveness)}`,
  );
  const message = [
    `${dir} was not emptied: of ${writers.length} writers it is not known that they are dead.`,
    ...lines,
    'Stop them first. Where that cannot be told from here, make sure of it, and delete the files by hand.',
  ].join('\n');
  return { kind: 'refused', dir, writers, message };
}
