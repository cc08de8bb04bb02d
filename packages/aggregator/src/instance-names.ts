import { ownerFileName, parseOwnerRecord, type OwnerRecord } from '@promshard/shard-format';
import type { TextFile } from './directory.js';
import type { SnapshotProblem } from './snapshot.js';
import { wellFormed } from './well-formed.js';

const MAX_RECORD_BYTES = 64 * 1024;

/** The `pid` labels of writers, from their owner records; each record is read once. */
export class InstanceNames {
  readonly #readText: (name: string, maxBytes: number) => TextFile;
  #records = new Map<string, OwnerRecord>();

  constructor(readText: (name: string, maxBytes: number) => TextFile) {
    this.#readText = readText;
  }

  /**
   * Names the writers: by the record's `instance`, else by id, as in Python. Where several have one `instance` name,
   * the youngest has it, since it is most likely the successor of the others.
   *
   * @param ids - Ids of writers whose series have a `pid` label.
   * @param names - The directory's names.
   */
  name(
    ids: ReadonlySet<string>,
    names: ReadonlySet<string>,
  ): { readonly labels: ReadonlyMap<string, string>; readonly problems: readonly SnapshotProblem[] } {
    const problems: SnapshotProblem[] = [];
    const kept = new Map<string, OwnerRecord>();
    const holders = new Map<string, { readonly id: string; readonly createdAt: number }>();
    const labels = new Map<string, string>();
    for (const id of ids) {
      labels.set(id, id);
      const record = names.has(ownerFileName(id)) ? this.#record(id, problems) : undefined;
      if (record === undefined) continue;
      kept.set(id, record);
      const { createdAt } = record;
      const instance = wellFormed(record.instance ?? '');
      if (instance === '') continue;
      const holder = holders.get(instance);
      if (holder !== undefined || ids.has(instance)) problems.push(conflict(id));
      if (ids.has(instance)) continue;
      if (holder === undefined || createdAt >= holder.createdAt) holders.set(instance, { id, createdAt });
    }
    for (const [instance, { id }] of holders) labels.set(id, instance);
    this.#records = kept;
    return { labels, problems };
  }

  #record(id: string, problems: SnapshotProblem[]): OwnerRecord | undefined {
    const known = this.#records.get(id);
    if (known !== undefined) return known;
    const file = ownerFileName(id);
    const read = this.#readText(file, MAX_RECORD_BYTES);
    const record = read.kind === 'text' ? parseOwnerRecord(read.text) : undefined;
    if (record === undefined && read.kind !== 'absent' && read.kind !== 'no-resources') {
      const message = 'The file is not an owner record; its gauges are shown under the id of the shard.';
      problems.push({ code: 'bad-owner', file, offset: 0, message });
    }
    return record;
  }
}

function conflict(id: string): SnapshotProblem {
  return {
    code: 'instance-conflict',
    file: ownerFileName(id),
    message:
      'Another writer has the same instance name; the youngest is shown by it, the others by their ids.',
  };
}
