import type { PruneDirectory } from './prune-directory.js';
import type { LeftFile } from './prune-report.js';

/** Removes files, and remembers how that went. */
export interface Removal {
  /** Names given to `remove` so far. */
  readonly names: ReadonlySet<string>;
  /** Names that are gone; in a dry run, that would be. */
  readonly removed: readonly string[];
  /** Names that could not be removed, and why. */
  readonly left: readonly LeftFile[];
  /** The names in `left`. */
  readonly stuck: readonly string[];
  /** Removes names in this order; false where one of them is still there. */
  remove(names: readonly string[]): Promise<boolean>;
}

/** Begins to remove files; a name that cannot be removed does not keep the others. */
export function startRemoval(directory: PruneDirectory, dryRun: boolean): Removal {
  const tried = new Set<string>();
  const removed: string[] = [];
  const left: LeftFile[] = [];
  return {
    names: tried,
    removed,
    left,
    get stuck() {
      return left.map(({ file }) => file);
    },
    remove: async (names) => {
      let isComplete = true;
      for (const name of names) {
        tried.add(name);
        try {
          if (dryRun || (await directory.remove(name))) removed.push(name);
        } catch (error) {
          isComplete = false;
          left.push({ file: name, reason: error instanceof Error ? error.message : String(error) });
        }
      }
      return isComplete;
    },
  };
}
