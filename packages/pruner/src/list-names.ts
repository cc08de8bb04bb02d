import type { PruneDirectory } from './prune-directory.js';

/**
 * Lists a directory, each name once. Linux' tmpfs begins anew, and gives all names a second time, where those that it had
 * not given yet were removed meanwhile; a shard folded twice would be counted twice for ever.
 */
export async function listNames(directory: Pick<PruneDirectory, 'list'>): Promise<string[]> {
  return [...new Set(await directory.list())];
}
