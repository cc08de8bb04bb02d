import { OVERFLOW_VALUE } from '@promshard/label-policy';

import type { ShardSet } from './shard-set.js';
import type { StorageFailure } from './shard-storage.js';
import type { StoreProblem } from './store-problem.js';

type Ailment = 'directory-lost' | 'write-failed' | 'shard-full';

const RECOVERED: Readonly<Record<Ailment, string>> = {
  'directory-lost': 'The files of the shard store are in their place again, with all values.',
  'write-failed': 'The disk takes writes again; all values are in the files.',
  'shard-full': 'No shard is full any more.',
};

/** Knows what is wrong with a store's files, and tells of each change once. */
export class StoreHealth {
  private readonly set: ShardSet;
  private readonly directory: string;
  private readonly present = new Set<Ailment>();
  private seen = new Set<Ailment>();

  constructor(set: ShardSet, directory: string) {
    this.set = set;
    this.directory = directory;
  }

  /** Whether files cannot be made or written as they should. */
  get isIll(): boolean {
    return this.present.has('directory-lost') || this.present.has('write-failed');
  }

  /** A file is not where it was put, or could not be put there. */
  lost(cause?: unknown): void {
    this.begin(
      'directory-lost',
      `Files of the shard store are missing in ${this.directory}, or cannot be made there${because(cause)}. ` +
        'Metrics go on counting in memory; the files are made anew as soon as the directory is there and writable.',
      cause,
    );
  }

  /** A storage could not do something. */
  failed({ code, cause }: StorageFailure): void {
    this.begin(
      code,
      code === 'shard-full'
        ? `A shard in ${this.directory} has reached maxShardBytes; further label sets of its metrics are counted ` +
            `together, under "${OVERFLOW_VALUE}", and further exemplars are left out. Use fewer label values, or raise PROMSHARD_MAX_SHARD_BYTES.`
        : `The shard store cannot write in ${this.directory}${because(cause)}. ` +
            'What cannot be written is counted in memory and written when the disk takes it.',
      cause,
    );
  }

  /** Begins to look at all files again. */
  beginRound(): void {
    this.seen = new Set();
  }

  /** Ends the look: what was not found wrong again is over. */
  endRound(): void {
    for (const code of this.present) {
      if (this.seen.has(code)) continue;
      this.present.delete(code);
      this.set.report({ code, resolved: true, message: RECOVERED[code] });
    }
  }

  private begin(code: Ailment, message: string, cause: unknown): void {
    this.seen.add(code);
    const isNew = !this.present.has(code);
    this.present.add(code);
    if (code !== 'shard-full') {
      this.set.count('promshard_write_errors', 'Times that a writer could not bring values to its files.');
    }
    if (!isNew) return;
    this.set.count('promshard_store_faults', 'Faults of the files of writers, by code, each when it began.', {
      code,
    });
    const problem: StoreProblem = { code, resolved: false, message };
    this.set.report(cause === undefined ? problem : { ...problem, cause });
  }
}

function because(cause: unknown): string {
  return cause instanceof Error ? `: ${cause.message}` : '';
}
