import { judgeLiveness, type FilesEvidence, type Liveness } from './judge-liveness.js';
import type { PruneDirectory } from './prune-directory.js';

/** Judges a writer without an owner record by who has its files open; one open file is enough to live. */
export async function judgeForeign(directory: PruneDirectory, names: readonly string[]): Promise<Liveness> {
  let files: FilesEvidence['files'] = 'closed';
  for (const name of names) {
    const hasWriters = await directory.hasWriters(name);
    if (hasWriters === true) return judgeLiveness({ kind: 'none', evidence: { files: 'open' } });
    if (hasWriters === undefined) files = 'unseen';
  }
  return judgeLiveness({ kind: 'none', evidence: { files } });
}
