import {
  decodeShard,
  FOLD_POINTER_FILE,
  latestSpare,
  parseFileName,
  parseFoldPointer,
  readSpare,
  unexplainedFold,
  type FoldPointer,
} from '@promshard/shard-format';

import type { MemoryDisk } from './memory-disk.js';
import type { Actor } from './scheduler.js';

/** What a reader saw: the counter's total, the greatest gauge, and what is in the bin of a sketch. */
export interface Seen {
  readonly jobs: number;
  readonly depth: number;
  readonly observed: number;
}

/**
 * A reader that does what FORMAT.md asks of one, a turn for each step: the pointer, or its spare copy; the listing; the
 * files that count; the pointer again.
 *
 * @returns Undefined where no attempt got through: the reader then shows what it showed before.
 */
export async function readDirectory(disk: MemoryDisk, actor: Actor): Promise<Seen | undefined> {
  for (let attempts = 0; attempts < 20; attempts++) {
    const seen = await attempt(disk, actor);
    if (seen !== undefined) return seen;
  }
  return undefined;
}

async function attempt(disk: MemoryDisk, actor: Actor): Promise<Seen | undefined> {
  const before = await readText(disk, actor, FOLD_POINTER_FILE);
  // Each once, as FORMAT.md asks: a file system may give names twice.
  const names = [...new Set(await disk.list(actor))];
  const choice = await choosePointer(disk, actor, before, names);
  if (choice === 'unknown') return undefined;
  const seen = { jobs: 0, depth: 0, observed: 0 };
  for (const name of names) {
    if (!counts(name, choice.pointer)) continue;
    const bytes = await disk.read(actor, name);
    if (bytes === undefined) return undefined;
    for (const { key, value, timestamp } of decodeShard(bytes).entries) {
      if (timestamp === -1) continue;
      if (key.family === 'jobs') seen.jobs += value;
      if (key.family === 'took') seen.observed += value;
      if (key.family === 'depth') seen.depth = Math.max(seen.depth, value);
    }
  }
  if ((await readText(disk, actor, FOLD_POINTER_FILE)) !== before) return undefined;
  if (choice.spare === undefined) return seen;
  return (await readText(disk, actor, choice.spare)) === choice.copy ? seen : undefined;
}

/** Which pointer a reading goes by; `spare` and its text where it is that one. */
interface Choice {
  readonly pointer: FoldPointer | undefined;
  readonly spare?: string;
  readonly copy?: string;
}

async function choosePointer(
  disk: MemoryDisk,
  actor: Actor,
  text: string | undefined,
  names: readonly string[],
): Promise<Choice | 'unknown'> {
  const pointer = text === undefined ? undefined : parseFoldPointer(text);
  if (pointer !== undefined) return { pointer };
  const spare = latestSpare(names);
  const copy = spare === undefined ? undefined : await readText(disk, actor, spare);
  if (spare !== undefined && copy !== undefined) {
    const saved = readSpare(spare, copy, names);
    if (saved !== undefined) return { pointer: saved, spare, copy };
  }
  const isFresh = text === undefined && unexplainedFold(names) === undefined;
  return isFresh ? { pointer: undefined } : 'unknown';
}

function counts(name: string, pointer: FoldPointer | undefined): boolean {
  const parsed = parseFileName(name);
  if (parsed.type !== 'shard') return false;
  if (parsed.fold !== undefined) return pointer?.files.includes(name) ?? false;
  return !(pointer?.superseded.includes(name) ?? false);
}

async function readText(disk: MemoryDisk, actor: Actor, name: string): Promise<string | undefined> {
  const bytes = await disk.read(actor, name);
  return bytes === undefined ? undefined : Buffer.from(bytes).toString('utf8');
}
