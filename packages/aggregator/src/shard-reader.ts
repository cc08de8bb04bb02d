import { HEADER_BYTES, REMOVED_TIMESTAMP, USED_OFFSET } from '@promshard/shard-format';
import { Catalog } from './catalog.js';
import type { ChosenShard } from './choose-shards.js';
import type { Listing } from './directory-listing.js';
import type { ShardDirectory } from './directory.js';
import { ExemplarReader } from './exemplar-reader.js';
import type { FilePages } from './file-pages.js';
import type { Failure, Shortage } from './failure.js';
import type { OutgoingLabelPolicy } from './outgoing-label.js';
import type { Pace } from './pace.js';
import { ScrapeBudget } from './scrape-budget.js';
import { settleFamilies, type Settlement } from './settle-families.js';
import { ShardBuffer } from './shard-buffer.js';
import type { ShardFile } from './shard-files.js';
import { placesFor, ShardPlan } from './shard-plan.js';
import type { SnapshotProblem } from './snapshot.js';

/** What a pass over the shards came to. */
export interface Pass {
  /**
   * `vanished`: a listed file was gone; the others were read. `no-resources`: a file could not be opened for want of
   * descriptors or memory, and the pass was given up. `rewritten`: a file changed under the reader in a way in which
   * writers change none, and what was added up of it is of no use.
   */
  readonly interruption: 'none' | 'vanished' | 'no-resources' | 'rewritten';
  readonly problems: readonly SnapshotProblem[];
  readonly good: number;
  readonly damaged: number;
  /** Not read, or not whole, for want of budget. */
  readonly skipped: number;
  /** Read from a mapping. */
  readonly mapped: number;
  readonly bytesRead: number;
  readonly entries: number;
  readonly entriesLearned: number;
}

/** Bounds of a reader's work. */
export interface ReaderLimits {
  /** Shards with more bytes in use are left out. */
  readonly maxShardBytes: number;
  readonly maxFiles: number;
  readonly maxBytes: number;
  readonly maxSeries: number;
}

/** What became of one shard. */
type ShardOutcome =
  | {
      readonly kind: 'fed';
      readonly plan: ShardPlan;
      readonly bytes: number;
      readonly learned: number;
      readonly isMapped?: true;
    }
  /** There is no budget for it, or none for what it grew by. */
  | { readonly kind: 'over-budget'; readonly plan: ShardPlan | undefined; readonly bytes: number }
  | { readonly kind: 'too-large'; readonly used: number }
  | { readonly kind: 'rewritten' }
  | Shortage
  | Failure;

// Below this many entries of the past, starting anew is not worth it.
const MIN_RETIRED_ENTRIES = 4096;

/**
 * What is read at once, and between looks at the clock. Values are added from a piece while the processor's cache still
 * has it: read whole, shards of a mebibyte take a quarter longer.
 */
const PIECE_BYTES = 256 * 1024;
const ENTRIES_PER_FEED = 65_536;

/**
 * How much more of a new shard is read than what was, and at most: it is not known yet whether any of it can be read, and
 * what is read in one step is looked through in one go.
 */
const GROWTH = 4;
const LARGEST_STEP_BYTES = 2 * 1024 * 1024;

/**
 * Reads shards and adds their values up, and remembers from pass to pass what it learned of each file, so that a
 * pass over known files only reads values.
 */
export class ShardReader {
  readonly #directory: ShardDirectory;
  readonly #limits: ReaderLimits;
  readonly #policy: OutgoingLabelPolicy | undefined;
  readonly #exemplars: ExemplarReader;
  readonly #buffer = new ShardBuffer(0);
  readonly #places = placesFor(ENTRIES_PER_FEED);
  readonly #budget: ScrapeBudget;
  #catalog: Catalog;
  #plans = new Map<string, ShardPlan>();
  #shards: readonly ChosenShard[] | undefined;
  #liveEntries = 0;
  #retiredEntries = 0;
  #settlement: Settlement | undefined;

  constructor(directory: ShardDirectory, limits: ReaderLimits, policy: OutgoingLabelPolicy | undefined) {
    this.#directory = directory;
    this.#limits = limits;
    this.#policy = policy;
    this.#exemplars = new ExemplarReader(directory, policy);
    this.#budget = new ScrapeBudget(limits);
    this.#catalog = new Catalog(policy, limits.maxSeries);
  }

  /**
   * Reads all of `shards`, in order, and forgets every other. What was added up before is gone.
   *
   * @param listing - The listing that `shards` were chosen from.
   */
  async pass(
    shards: readonly ChosenShard[],
    listing: Listing,
    pidLabels: ReadonlyMap<string, string>,
    pace: Pace,
  ): Promise<Pass> {
    const admitted = this.#budget.begin(shards);
    this.#keepOnly(admitted);
    this.#catalog.slots.clear();
    const problems: SnapshotProblem[] = [];
    let interruption: Pass['interruption'] = 'none';
    const twiceNamed = new Set<string>();
    const sum = {
      good: 0,
      damaged: 0,
      skipped: this.#budget.filesLeftOut,
      mapped: 0,
      bytesRead: 0,
      entries: 0,
      entriesLearned: 0,
    };
    if (!this.#reserveFolded(admitted, listing)) return { interruption: 'no-resources', problems, ...sum };
    for (const shard of admitted) {
      if (pace.isUp()) await pace.rest();
      const { name } = shard;
      const opened = this.#directory.files.open(name, listing);
      if (opened.kind === 'no-resources') return { interruption: 'no-resources', problems, ...sum };
      if (opened.kind === 'vanished') {
        this.#forget(name);
        if (interruption === 'none') interruption = 'vanished';
        continue;
      }
      if (opened.kind !== 'open') {
        this.#forget(name);
        problems.push(readProblem(name, opened, this.#limits));
        sum.damaged++;
        continue;
      }
      const { file } = opened;
      if (file.links > 1) {
        // The pruner gives a shard of Python's its second name before it takes the first one away.
        if (twiceNamed.has(file.identity)) {
          this.#directory.files.release(name, file);
          continue;
        }
        twiceNamed.add(file.identity);
      }
      const pidLabel = pidLabels.get(shard.id) ?? shard.id;
      const plan = this.#knownPlan(name, file, pidLabel);
      const known = plan === undefined ? undefined : await this.#readKnown(plan, file, pace);
      const outcome = known ?? (await this.#readWithCare(shard, file, pidLabel, pace));
      this.#directory.files.release(name, file);
      switch (outcome.kind) {
        case 'fed':
          problems.push(...outcome.plan.problems);
          sum[outcome.plan.problems.length === 0 ? 'good' : 'damaged']++;
          sum.entriesLearned += outcome.learned;
          if (outcome.isMapped === true) sum.mapped++;
          break;
        case 'over-budget':
          sum.skipped++;
          break;
        case 'rewritten':
          this.#forget(name);
          interruption = 'rewritten';
          continue;
        case 'no-resources':
          return { interruption: 'no-resources', problems, ...sum };
        case 'failed':
        case 'too-large':
          this.#forget(name);
          this.#directory.files.forget(name);
          problems.push(readProblem(name, outcome, this.#limits));
          sum.damaged++;
          continue;
      }
      sum.bytesRead += outcome.bytes;
      sum.entries += outcome.plan?.count ?? 0;
    }
    this.#buffer.trim();
    problems.push(...this.#budgetProblems());
    return { interruption, problems, ...sum };
  }

  /** Puts exemplars beside the values of the last pass; gives what is wrong with the files. */
  readExemplars(files: readonly ChosenShard[], pace: Pace): Promise<SnapshotProblem[]> {
    return this.#exemplars.read(files, this.#catalog, pace);
  }

  /** Which families the last pass's shards have; decided again only where what was learned changed. */
  settle(shards: readonly ChosenShard[]): Settlement {
    this.#settlement ??= settleFamilies(
      shards.map(({ name }) => this.#plans.get(name)).filter((plan) => plan !== undefined),
    );
    return this.#settlement;
  }

  #knownPlan(name: string, { identity }: ShardFile, pidLabel: string): ShardPlan | undefined {
    const plan = this.#plans.get(name);
    const isIts = plan?.description.identity === identity && plan.description.pidLabel === pidLabel;
    return isIts ? plan : undefined;
  }

  /** Reads a shard that is as it was but for its values; undefined where it may not be. */
  #readKnown(
    plan: ShardPlan,
    file: ShardFile,
    pace: Pace,
  ): ShardOutcome | undefined | Promise<ShardOutcome | undefined> {
    const pages = plan.isPlainSum ? this.#directory.files.pages(plan.name, plan.end) : undefined;
    if (pages !== undefined) {
      return plan.count > ENTRIES_PER_FEED
        ? this.#addLargePages(plan, pages, pace)
        : this.#addPages(plan, pages, 0, plan.count);
    }
    return plan.expectedBytes > 2 * PIECE_BYTES
      ? this.#readLarge(plan, file, pace)
      : this.#readSmall(plan, file);
  }

  /** Adds values up where they stand in the file. */
  #addPages(plan: ShardPlan, pages: FilePages, from: number, to: number): ShardOutcome | undefined {
    const { slots, floatIndexes: indexes, hasTimestamps } = plan;
    const removed = hasTimestamps ? REMOVED_TIMESTAMP : undefined;
    const entries = { from, to, indexes, slots, removed };
    const outcome = pages.add(plan.check(from, to, this.#places), entries, this.#catalog.slots.sums);
    if (outcome === 'added') return { kind: 'fed', plan, bytes: plan.end, learned: 0, isMapped: true };
    // It grew, as far as can be said.
    if (outcome === 'other-first-word') return undefined;
    this.#forget(plan.name);
    return outcome === 'changed' && from === 0 ? undefined : { kind: 'rewritten' };
  }

  async #addLargePages(plan: ShardPlan, pages: FilePages, pace: Pace): Promise<ShardOutcome | undefined> {
    for (let from = 0; ; from += ENTRIES_PER_FEED) {
      if (from > 0 && pace.isUp()) await pace.rest();
      const to = Math.min(plan.count, from + ENTRIES_PER_FEED);
      const outcome = this.#addPages(plan, pages, from, to);
      if (outcome?.kind !== 'fed' || to === plan.count) return outcome;
    }
  }

  /** Reads the whole of it by one call. */
  #readSmall(plan: ShardPlan, { fd }: ShardFile): ShardOutcome | undefined {
    const buffer = this.#buffer;
    buffer.reserve(plan.expectedBytes, 0);
    // Where this stops short of what is in use, it is looked into with care.
    const length = this.#directory.readOnce(fd, buffer.bytes, 0, plan.expectedBytes);
    if (typeof length !== 'number') return length;
    const used = usedOf(buffer, length);
    if (length < used || !plan.covers(used)) return undefined;
    if (!plan.hasItsKeys(buffer.words)) return this.#forget(plan.name);
    this.#catalog.slots.feed(buffer.floats, plan, plan.combination, { from: 0, to: plan.count });
    return { kind: 'fed', plan, bytes: used, learned: 0 };
  }

  /** As `#readSmall`, piece by piece. That the file is another is seen too late where its first piece is the same. */
  async #readLarge(plan: ShardPlan, { fd }: ShardFile, pace: Pace): Promise<ShardOutcome | undefined> {
    const buffer = this.#buffer;
    let start = 0;
    let from = 0;
    do {
      if (start > 0 && pace.isUp()) await pace.rest();
      const end = Math.max(Math.min(start + PIECE_BYTES, plan.end), this.#endOf(plan, from));
      buffer.reserve(end - start, 0);
      const length = this.#directory.readAt(fd, buffer.bytes, start, end);
      if (typeof length !== 'number') return length;
      const to = plan.firstBehind(end, from);
      const range = { from, to, base: start / Float64Array.BYTES_PER_ELEMENT };
      if (start === 0 && !plan.covers(usedOf(buffer, length))) return undefined;
      if (length < end - start || !plan.hasItsKeys(buffer.words, range)) {
        this.#forget(plan.name);
        return start === 0 ? undefined : { kind: 'rewritten' };
      }
      this.#catalog.slots.feed(buffer.floats, plan, plan.combination, range);
      from = to;
      start = from < plan.count ? plan.startOf(from) : plan.end;
    } while (from < plan.count);
    return { kind: 'fed', plan, bytes: plan.end, learned: 0 };
  }

  /**
   * Reads a shard that is new, grew, changed, is damaged, or is large: piece by piece, so that the bytes behind the
   * first that cannot be read cost nothing, however many the header says there are.
   */
  async #readWithCare(
    { name, shard }: ChosenShard,
    { fd, identity }: ShardFile,
    pidLabel: string,
    pace: Pace,
  ): Promise<ShardOutcome> {
    const description = { name, shard, identity, pidLabel };
    const buffer = this.#buffer;
    let plan = this.#plans.get(name) ?? this.#startPlan(description);
    let wanted = plan.expectedBytes;
    let length = 0;
    let learned = 0;
    let isFirst = true;
    for (;;) {
      const read = await this.#readOn(fd, length, wanted, pace);
      if (typeof read !== 'number') return read;
      const isWhole = read < wanted;
      length = read;
      const used = usedOf(buffer, length);
      if (used > this.#limits.maxShardBytes) return { kind: 'too-large', used };
      const inUse = Math.min(length, used);
      const hasChanged = !plan.fits(description, used, length) || (isFirst && !plan.hasItsKeys(buffer.words));
      if (hasChanged) plan = this.#startPlan(description);
      isFirst = false;
      if (this.#budget.grant(name, inUse) < inUse) {
        if (plan.end > 0) await this.#feed(plan, pace);
        else this.#leaveOut(name);
        return { kind: 'over-budget', plan: this.#plans.get(name), bytes: plan.end };
      }
      if (!plan.covers(used)) {
        let more = await plan.learn(buffer, inUse, this.#catalog, pace);
        if (more === undefined) {
          plan = this.#startPlan(description);
          more = (await plan.learn(buffer, inUse, this.#catalog, pace)) ?? 0;
        }
        this.#noteLearned(more);
        learned += more;
      }
      if (plan.isDamaged || inUse === used || isWhole) break;
      wanted = Math.min(used, GROWTH * length, length + LARGEST_STEP_BYTES);
    }
    await this.#feed(plan, pace);
    return { kind: 'fed', plan, bytes: Math.min(length, usedOf(buffer, length)), learned };
  }

  /** Reads up to byte `end`, of which there are `start`, in pieces. */
  async #readOn(fd: number, start: number, end: number, pace: Pace): Promise<number | Shortage | Failure> {
    this.#buffer.reserve(end, start);
    let position = start;
    while (position < end) {
      if (position > start && pace.isUp()) await pace.rest();
      const to = Math.min(end, position + PIECE_BYTES);
      const read = this.#directory.read(fd, this.#buffer.bytes, position, to);
      if (typeof read !== 'number') return read;
      position = read;
      if (read < to) break;
    }
    return position;
  }

  /** Where an entry ends: a key may be longer than a piece. */
  #endOf(plan: ShardPlan, i: number): number {
    return i < plan.count ? plan.endOf(i) : HEADER_BYTES;
  }

  async #feed(plan: ShardPlan, pace: Pace): Promise<void> {
    for (let from = 0; from < plan.count; from += ENTRIES_PER_FEED) {
      if (from > 0 && pace.isUp()) await pace.rest();
      const to = Math.min(plan.count, from + ENTRIES_PER_FEED);
      this.#catalog.slots.feed(this.#buffer.floats, plan, plan.combination, { from, to });
    }
  }

  /**
   * Folded shards have the first claim on bytes, wherever their names stand in the order: those that are new get theirs
   * before any shard of a writer.
   *
   * @returns Whether there were resources to look at them.
   */
  #reserveFolded(shards: readonly ChosenShard[], listing: Listing): boolean {
    for (const { name, isFolded } of shards) {
      if (!isFolded || this.#plans.has(name)) continue;
      const opened = this.#directory.files.open(name, listing);
      if (opened.kind === 'no-resources') return false;
      if (opened.kind !== 'open') continue;
      this.#buffer.reserve(HEADER_BYTES, 0);
      const length = this.#directory.read(opened.file.fd, this.#buffer.bytes, 0, HEADER_BYTES);
      this.#directory.files.release(name, opened.file);
      const used = typeof length === 'number' ? usedOf(this.#buffer, length) : 0;
      if (used <= this.#limits.maxShardBytes) this.#budget.reserve(name, used);
    }
    return true;
  }

  #budgetProblems(): readonly SnapshotProblem[] {
    const { together, leftOut, maxSeries } = this.#catalog.budget;
    this.#catalog.budget.forgetHeirs();
    if (together + leftOut === 0) return this.#budget.problems;
    const message =
      `There are more than ${maxSeries} series: ${together} are counted together with others of their family under ` +
      `"__overflow__", and ${leftOut}, gauges and those of families that came later, are left out. Raise maxSeries, or ` +
      'find out whose labels have no bounds.';
    return [...this.#budget.problems, { code: 'too-many-series', file: '', message }];
  }

  #startPlan(description: ConstructorParameters<typeof ShardPlan>[0]): ShardPlan {
    this.#forget(description.name);
    const plan = new ShardPlan(description, this.#catalog);
    this.#plans.set(description.name, plan);
    this.#settlement = undefined;
    return plan;
  }

  #noteLearned(entries: number): void {
    if (entries === 0) return;
    this.#liveEntries += entries;
    this.#settlement = undefined;
  }

  #leaveOut(name: string): void {
    this.#forget(name);
    this.#directory.files.forget(name);
  }

  #keepOnly(shards: readonly ChosenShard[]): void {
    if (shards !== this.#shards) {
      this.#shards = shards;
      const names = new Set(shards.map(({ name }) => name));
      for (const name of this.#plans.keys()) {
        if (!names.has(name)) this.#forget(name);
      }
      this.#directory.files.keepOnly(names);
      // Another order of the same shards is another settlement, too.
      this.#settlement = undefined;
    }
    // Each entry is retired once after it was learned once, so learning the living ones again costs no more than
    // a constant factor, and memory stays within twice what lives.
    if (this.#retiredEntries <= Math.max(MIN_RETIRED_ENTRIES, this.#liveEntries)) return;
    this.#catalog = new Catalog(this.#policy, this.#limits.maxSeries, this.#catalog);
    this.#plans = new Map();
    this.#liveEntries = 0;
    this.#retiredEntries = 0;
    this.#settlement = undefined;
  }

  #forget(name: string): undefined {
    const plan = this.#plans.get(name);
    if (plan === undefined) return undefined;
    this.#plans.delete(name);
    this.#liveEntries -= plan.count;
    this.#retiredEntries += plan.count;
    this.#settlement = undefined;
  }
}

/** "Bytes in use" as the header says, as far as it is there. */
function usedOf({ words }: ShardBuffer, length: number): number {
  if (length < HEADER_BYTES) return length;
  // A negative number, or 0 in a file that is about to be filled: there is the header alone.
  return Math.max(words[USED_OFFSET / Int32Array.BYTES_PER_ELEMENT] ?? 0, HEADER_BYTES);
}

type Unread =
  | { readonly kind: 'not-a-file' }
  | { readonly kind: 'too-large'; readonly used: number }
  | Failure;

function readProblem(file: string, read: Unread, { maxShardBytes }: ReaderLimits): SnapshotProblem {
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
