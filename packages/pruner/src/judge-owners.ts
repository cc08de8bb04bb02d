import { ownerFileName } from '@promshard/shard-format';

import { examineRecord } from './examine-record.js';
import type { Host } from './host.js';
import type { Liveness } from './judge-liveness.js';
import type { PruneDirectory } from './prune-directory.js';

/** Judges writers by their owner records; one whose record has gone meanwhile is left out. */
export async function judgeOwners(
  directory: PruneDirectory,
  host: Host,
  ids: readonly string[],
): Promise<Map<string, Liveness>> {
  const judgements = new Map<string, Liveness>();
  for (const id of ids) {
    const examined = await examineRecord(directory, host, ownerFileName(id));
    if (examined !== undefined) judgements.set(id, examined.liveness);
  }
  return judgements;
}
