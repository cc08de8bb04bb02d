import type { PruneDirectory } from './prune-directory.js';
import type { DirectoryOverflow } from './prune-report.js';

/** How much may be in the directory; what is undefined has no limit. */
export interface DirectoryLimits {
  readonly maxFiles: number | undefined;
  readonly maxBytes: number | undefined;
}

/** Compares what is in the directory with its limits; undefined while it is within them. */
export async function measureDirectory(
  directory: PruneDirectory,
  names: readonly string[],
  { maxFiles, maxBytes }: DirectoryLimits,
): Promise<DirectoryOverflow | undefined> {
  const bytes = maxBytes === undefined ? undefined : await countBytes(directory, names);
  const tooManyFiles = maxFiles !== undefined && names.length > maxFiles;
  const tooManyBytes = maxBytes !== undefined && bytes !== undefined && bytes > maxBytes;
  return tooManyFiles || tooManyBytes ? { files: names.length, maxFiles, bytes, maxBytes } : undefined;
}

async function countBytes(directory: PruneDirectory, names: readonly string[]): Promise<number> {
  let bytes = 0;
  for (const name of names) bytes += (await directory.stat(name))?.bytes ?? 0;
  return bytes;
}
