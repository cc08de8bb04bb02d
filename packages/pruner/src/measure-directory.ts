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

/** Says in words what is too much. */
export function describeOverflow({ files, maxFiles, bytes, maxBytes }: DirectoryOverflow): string {
  const parts = [
    maxFiles === undefined ? [] : [`${files} of ${maxFiles} files`],
    maxBytes === undefined ? [] : [`${bytes} of ${maxBytes} bytes`],
  ];
  return parts.flat().join(', ');
}

/** Says in a sentence or two what is too much where, and what to do about it. */
export function explainOverflow(dir: string, overflow: DirectoryOverflow): string {
  return (
    `${dir} holds more than it may after a run (${describeOverflow(overflow)}). Nothing was deleted for it. See who writes ` +
    'there, or raise PROMSHARD_MAX_FILES or PROMSHARD_MAX_DIR_BYTES.'
  );
}

async function countBytes(directory: PruneDirectory, names: readonly string[]): Promise<number> {
  let bytes = 0;
  for (const name of names) bytes += (await directory.stat(name))?.bytes ?? 0;
  return bytes;
}
