import { Catalog } from './catalog.js';
import type { ChosenShard } from './choose-shards.js';
import type { ShardDirectory, ShardRead } from './directory.js';
import type { Pace } from './pace.js';
import type { OutgoingLabelPolicy } from './read-key.js';
import { settleFamilies, type Settlement } from './settle-families.js';
import { ShardBuffer } from './shard-buffer.js';
import { ShardPlan, type ShardDescription } from './shard-plan.js';
import type { SnapshotProblem } from './snapshot.js';

/** What a pass over the shards came to. */
export interface Pass {
  /**
   * `vanished`: a listed file was gone; the others were read. `no-resources`: a file could not be opened for want of
   * descriptors or memory, and the pass was given up.
   */
  readonly interruption: 'none' | 'vanished' | 'no-resources';
  readonly problems: readonly SnapshotProblem[];
  readonly good: number;
  readonly damaged: number;
  readonly bytesRead: number;
  readonly entries: number;
  readonly entriesLearned: number;
}

// Below this many entries of the past, starting anew is not worth it.
const MIN_RETIRED_ENTRIES = 4096;

/**
 * Reads shards and adds their values up, and remembers from pass to pass what it learned of each file, so that a
 * pass over known files only reads values.
 */
export class ShardReader {
  readonly #directory: ShardDirectory;
  readonly #maxShardBytes: number;
  readonly #policy: OutgoingLabelPolicy | undefined;
  readonly #buffer = new ShardBuffer(0);
  #catalog: Catalog;
  #plans = new Map<string, ShardPlan>();
  #liveEntries = 0;
  #retiredEntries = 0;
  #settlement: Settlement | undefined;

  constructor(directory: ShardDirectory, maxShardBytes: number, policy: OutgoingLabelPolicy | undefined) {
    this.#directory = directory;
    this.#maxShardBytes = maxShardBytes;
    this.#policy = policy;
    this.#catalog = new Catalog(policy);
  }

  /** Reads all of `shards`, in order, and forgets every other. What was added up before is gone. */
  async pass(
    shards: readonly ChosenShard[],
    pidLabels: ReadonlyMap<string, string>,
    pace: Pace,
  ): Promise<Pass> {
    this.#keepOnly(new Set(shards.map(({ name }) => name)));
    this.#catalog.slots.clear();
    const problems: SnapshotProblem[] = [];
    let interruption: Pass['interruption'] = 'none';
    const twiceNamed = new Set<string>();
    const sum = { good: 0, damaged: 0, bytesRead: 0, entries: 0, entriesLearned: 0 };
    for (const shard of shards) {
      if (pace.isUp()) await pace.rest();
      const known = this.#plans.get(shard.name);
      const expected = known === undefined ? 0 : known.expectedBytes;
      const read = this.#directory.readShard(shard.name, this.#buffer, expected, this.#maxShardBytes);
      if (read.kind === 'no-resources') return { interruption: 'no-resources', problems, ...sum };
      if (read.kind === 'vanished') {
        this.#forget(shard.name);
        interruption = 'vanished';
        continue;
      }
      if (read.kind !== 'read') {
        this.#forget(shard.name);
        problems.push(readProblem(shard.name, read, this.#maxShardBytes));
        sum.damaged++;
        continue;
      }
      if (read.links > 1) {
        // The pruner gives a shard of Python's its second name before it takes the first one away.
        if (twiceNamed.has(read.identity)) continue;
        twiceNamed.add(read.identity);
      }
      const pidLabel = pidLabels.get(shard.id) ?? shard.id;
      const plan = this.#planOf(
        { name: shard.name, shard: shard.shard, identity: read.identity, pidLabel },
        read.length,
      );
      if (!plan.covers(read.length)) {
        const learned = await plan.learn(this.#buffer.bytes.subarray(0, read.length), this.#catalog, pace);
        this.#liveEntries += learned;
        sum.entriesLearned += learned;
        this.#settlement = undefined;
      }
      this.#catalog.slots.feed(this.#buffer.floats, plan, plan.combination);
      problems.push(...plan.problems);
      sum[plan.problems.length === 0 ? 'good' : 'damaged']++;
      sum.bytesRead += read.length;
      sum.entries += plan.count;
    }
    this.#buffer.trim();
    return { interruption, problems, ...sum };
  }

  /** Which families the last pass's shards have; decided again only where what was learned changed. */
  settle(shards: readonly ChosenShard[]): Settlement {
    this.#settlement ??= settleFamilies(
      shards.map(({ name }) => this.#plans.get(name)).filter((plan) => plan !== undefined),
    );
    return this.#settlement;
  }

  #planOf(description: ShardDescription, length: number): ShardPlan {
    const known = this.#plans.get(description.name);
    if (known?.fits(description, length) === true) return known;
    this.#forget(description.name);
    const plan = new ShardPlan(description);
    this.#plans.set(description.name, plan);
    return plan;
  }

  #keepOnly(names: ReadonlySet<string>): void {
    for (const name of this.#plans.keys()) {
      if (!names.has(name)) this.#forget(name);
    }
    // Each entry is retired once after it was learned once, so learning the living ones again costs no more than
    // a constant factor, and memory stays within twice what lives.
    if (this.#retiredEntries <= Math.max(MIN_RETIRED_ENTRIES, this.#liveEntries)) return;
    this.#catalog = new Catalog(this.#policy);
    this.#plans = new Map();
    this.#liveEntries = 0;
    this.#retiredEntries = 0;
    this.#settlement = undefined;
  }

  #forget(name: string): void {
    const plan = this.#plans.get(name);
    if (plan === undefined) return;
    this.#plans.delete(name);
    this.#liveEntries -= plan.count;
    this.#retiredEntries += plan.count;
    this.#settlement = undefined;
  }
}

type Unread = Exclude<ShardRead, { kind: 'read' | 'vanished' | 'no-resources' }>;

function readProblem(file: string, read: Unread, maxShardBytes: number): SnapshotProblem {
  switch (read.kind) {
    case 'not-a-file':
      return {
        code: 'not-a-file',
        file,
        offset: 0,
        message: 'Expected a regular file; symlinks are not followed.',
      };
    case 'too-large': {
      const message = `The header says ${read.used} bytes in use; at most ${maxShardBytes} are read.`;
      return { code: 'too-large', file, offset: 0, message };
    }
    case 'failed':
      return { code: 'unreadable', file, offset: 0, message: `The file cannot be read (${read.errno}).` };
  }
}
