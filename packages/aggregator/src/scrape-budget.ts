import type { ChosenShard } from './choose-shards.js';
import type { SnapshotProblem } from './snapshot.js';

/** How much a scrape may read. */
export interface ScrapeLimits {
  readonly maxFiles: number;
  readonly maxBytes: number;
}

/**
 * Decides which shards are read where there are more than may be. A shard that was read keeps its place, and its bytes,
 * for as long as it is there, so that no counter falls because another file came or grew; free places go to folded
 * shards first, which hold what many writers counted, then by name.
 */
export class ScrapeBudget {
  readonly #limits: ScrapeLimits;
  /** Bytes that each shard was granted. */
  #granted = new Map<string, number>();
  #left: number;
  #filesLeftOut: readonly ChosenShard[] = [];
  #bytesLeftOut: { file: string; files: number } | undefined;

  constructor(limits: ScrapeLimits) {
    this.#limits = limits;
    this.#left = limits.maxBytes;
  }

  /** Begins a pass: the shards of `shards` that are read, in the same order. */
  begin(shards: readonly ChosenShard[]): readonly ChosenShard[] {
    const granted = new Map<string, number>();
    this.#left = this.#limits.maxBytes;
    for (const { name } of shards) {
      const bytes = this.#granted.get(name);
      if (bytes === undefined) continue;
      granted.set(name, bytes);
      this.#left -= bytes;
    }
    this.#granted = granted;
    this.#bytesLeftOut = undefined;
    this.#filesLeftOut = [];
    if (shards.length <= this.#limits.maxFiles) return shards;
    const places = shards.toSorted((a, b) => this.#rank(a) - this.#rank(b));
    const admitted = new Set(places.slice(0, this.#limits.maxFiles));
    this.#filesLeftOut = shards.filter((shard) => !admitted.has(shard));
    return shards.filter((shard) => admitted.has(shard));
  }

  /**
   * Asks for `bytes` of a shard. What is given may be what it had before, or 0: less than asked for means that the
   * budget is used up.
   */
  grant(name: string, bytes: number): number {
    const before = this.#granted.get(name) ?? 0;
    if (bytes <= before) return bytes;
    if (bytes - before > this.#left) {
      const { file = name, files = 0 } = this.#bytesLeftOut ?? {};
      this.#bytesLeftOut = { file, files: files + 1 };
      return before;
    }
    this.#left -= bytes - before;
    this.#granted.set(name, bytes);
    return bytes;
  }

  /** As {@link ScrapeBudget.grant}, for a shard that is read later: it is told then whether there was enough. */
  reserve(name: string, bytes: number): void {
    const before = this.#granted.get(name) ?? 0;
    if (bytes - before > this.#left) return;
    this.#left -= bytes - before;
    this.#granted.set(name, bytes);
  }

  /** What was left out in this pass. */
  get problems(): readonly SnapshotProblem[] {
    const problems: SnapshotProblem[] = [];
    const [file] = this.#filesLeftOut;
    if (file !== undefined) {
      const message =
        `There are more than ${this.#limits.maxFiles} shards: ${this.#filesLeftOut.length} are not read, of which this ` +
        'is the first by name. Run a pruner, or raise maxFiles.';
      problems.push({ code: 'too-many-files', file: file.name, message });
    }
    if (this.#bytesLeftOut !== undefined) {
      const { file: first, files } = this.#bytesLeftOut;
      const message =
        `More than ${this.#limits.maxBytes} bytes are in use: ${files} shards, of which this is the first by name, are ` +
        'not read, or not as far as they grew. Run a pruner, or raise maxBytes.';
      problems.push({ code: 'too-many-bytes', file: first, message });
    }
    return problems;
  }

  /** Shards that have no place. */
  get filesLeftOut(): number {
    return this.#filesLeftOut.length;
  }

  #rank({ name, isFolded }: ChosenShard): number {
    return isFolded ? 0 : this.#granted.has(name) ? 1 : 2;
  }
}
