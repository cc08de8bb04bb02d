import { isAbsolute } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { FOLD_POINTER_FILE, type FoldPointer } from '@promshard/shard-format';
import { loadViews, type FileViews } from '@promshard/native/views';
import { AggregatorError } from './aggregator-error.js';
import { chooseShards, type Choice } from './choose-shards.js';
import { isPerWriter } from './combination.js';
import type { Listing } from './directory-listing.js';
import { ShardDirectory, type TextFile } from './directory.js';
import { foldState, type FoldState, type SpareCopy } from './fold-state.js';
import { InstanceNames } from './instance-names.js';
import { Pace } from './pace.js';
import { isOutgoingWriter, type OutgoingLabelPolicy } from './outgoing-label.js';
import { scrapeBudgets, type ScrapeBudgets } from './scrape-budgets.js';
import { ShardReader, type Pass } from './shard-reader.js';
import type { MetricFamily, Snapshot, SnapshotProblem, SnapshotStats } from './snapshot.js';

/** What an aggregator reads, and within which bounds. */
export interface AggregatorOptions {
  /** Absolute path of the directory of shards. It may appear later, and may be wiped. */
  readonly dir: string;
  /** Which labels may go out; none is checked by default. */
  readonly labelPolicy?: OutgoingLabelPolicy;
  /** Shards with more bytes in use are left out, as a problem. Default 256 MiB. */
  readonly maxShardBytes?: number;
  /** For how long the event loop may be held at a stretch, roughly. Default 2 ms. */
  readonly yieldAfterMs?: number;
  /** How often to start over when the directory changes under the reader. Default 20. */
  readonly maxAttempts?: number;
  /** How much one snapshot may take; what is above is left out by rule, and is a problem. */
  readonly budgets?: ScrapeBudgets;
  /**
   * How many shards may stay open from one snapshot to the next, which makes reading many small ones twice as fast.
   * They are closed when none is taken for two minutes. Default 2048; 0 keeps none open.
   */
  readonly maxOpenFiles?: number;
  /**
   * The mappings of `@promshard/native/views`, where its addon is there by default, with which a snapshot of known shards
   * reads values and not the keys between them; `false` goes without.
   */
  readonly native?: FileViews | false | undefined;
}

/** Reads one directory, again and again. */
export interface Aggregator {
  /**
   * Takes a snapshot. Every value that was in the directory at the time of the call is in it, once. Never rejects
   * for anything that lies in the directory: that is a problem in the snapshot.
   *
   * Calls that overlap share their work: at most one snapshot is in the making and one waits for it.
   */
  collect(): Promise<Snapshot>;
  /** Closes the shards that are kept open; the next {@link Aggregator.collect} opens them again. */
  close(): void;
}

const DEFAULT_MAX_SHARD_BYTES = 256 * 1024 * 1024;
const DEFAULT_YIELD_AFTER_MS = 2;
const DEFAULT_MAX_ATTEMPTS = 20;
const DEFAULT_MAX_OPEN_FILES = 2048;
// A pruner's list of superseded files, of a thousand writers at most: eighty thousand names fit.
const MAX_POINTER_BYTES = 4 * 1024 * 1024;
const LONGEST_PAUSE_MS = 50;
/** The longest scrape intervals in use are a minute. */
const CLOSE_AFTER_MS = 120_000;

/**
 * Makes an aggregator. Opens nothing until the first {@link Aggregator.collect}.
 *
 * @example
 * const aggregator = createAggregator({ dir: '/run/metrics' });
 * const { families, problems } = await aggregator.collect();
 *
 * @throws AggregatorError where an option is impossible.
 */
export function createAggregator(options: AggregatorOptions): Aggregator {
  const collector = new Collector(options);
  let running: Promise<Snapshot> | undefined;
  let waiting: Promise<Snapshot> | undefined;
  const start = async (): Promise<Snapshot> => {
    try {
      return await collector.collect();
    } finally {
      // Whoever calls between the end of this one and the beginning of the next shares the next.
      if (waiting === undefined) running = undefined;
    }
  };
  const startNext = (): Promise<Snapshot> => {
    waiting = undefined;
    return (running = start());
  };
  return {
    collect(): Promise<Snapshot> {
      if (running === undefined) return (running = start());
      waiting ??= running.then(startNext, startNext);
      return waiting;
    },
    close: () => collector.close(),
  };
}

type Attempt =
  | { readonly kind: 'settled' | 'vanished'; readonly snapshot: Snapshot }
  | { readonly kind: 'failed' | 'unknown'; readonly problem: SnapshotProblem }
  | { readonly kind: 'unsettled'; readonly why: string };

const OUT_OF_RESOURCES: Attempt = { kind: 'unsettled', why: 'files could not be opened' };

/** What is known of a directory as long as its names and its fold pointer are the same. */
interface View {
  readonly names: readonly string[];
  readonly pointer: TextFile;
  readonly lastPointer: FoldPointer | undefined;
  readonly fold: Extract<FoldState, { kind: 'known' }>;
  readonly choice: Choice;
  readonly instances: ReturnType<InstanceNames['name']>;
}

class Collector {
  readonly #directory: ShardDirectory;
  readonly #reader: ShardReader;
  readonly #instances: InstanceNames;
  readonly #maxAttempts: number;
  readonly #yieldAfterMs: number;
  #lastPointer: FoldPointer | undefined;
  #lastFamilies: readonly MetricFamily[] = [];
  #view: View | undefined;
  #isCollecting = false;
  #closeTimer: NodeJS.Timeout | undefined;

  constructor(options: AggregatorOptions) {
    const { dir, labelPolicy, maxShardBytes = DEFAULT_MAX_SHARD_BYTES } = options;
    const { maxAttempts = DEFAULT_MAX_ATTEMPTS, yieldAfterMs = DEFAULT_YIELD_AFTER_MS } = options;
    const { maxOpenFiles = DEFAULT_MAX_OPEN_FILES, native } = options;
    if (!isAbsolute(dir)) throw new AggregatorError('dir', 'an absolute path', dir);
    if (!(maxShardBytes > 0)) throw new AggregatorError('maxShardBytes', 'a positive number', maxShardBytes);
    if (!(maxAttempts >= 1)) throw new AggregatorError('maxAttempts', 'at least 1', maxAttempts);
    if (!(yieldAfterMs >= 0)) throw new AggregatorError('yieldAfterMs', '0 or more', yieldAfterMs);
    if (!(maxOpenFiles >= 0)) throw new AggregatorError('maxOpenFiles', '0 or more', maxOpenFiles);
    const limits = { maxShardBytes, ...scrapeBudgets(options.budgets) };
    const views = native === false ? undefined : (native ?? loadViews().addon);
    this.#directory = new ShardDirectory(dir, maxOpenFiles, views);
    this.#reader = new ShardReader(this.#directory, limits, labelPolicy);
    this.#instances = new InstanceNames(
      (name, maxBytes) => this.#directory.readText(name, maxBytes),
      (writer) => isOutgoingWriter(labelPolicy, writer),
    );
    this.#maxAttempts = maxAttempts;
    this.#yieldAfterMs = yieldAfterMs;
  }

  close(): void {
    // While shards are read they are needed; the timer comes again.
    if (!this.#isCollecting) this.#directory.files.close();
  }

  async collect(): Promise<Snapshot> {
    this.#closeTimer ??= setInterval(() => this.#closeIdle(), CLOSE_AFTER_MS).unref();
    this.#closeTimer.refresh();
    this.#isCollecting = true;
    try {
      return await this.#collect();
    } finally {
      this.#isCollecting = false;
    }
  }

  #closeIdle(): void {
    if (this.#isCollecting) return;
    this.#directory.files.close();
    clearInterval(this.#closeTimer);
    this.#closeTimer = undefined;
  }

  async #collect(): Promise<Snapshot> {
    const pace = new Pace(this.#yieldAfterMs);
    let attempt: Attempt | undefined;
    for (let attempts = 1; attempts <= this.#maxAttempts; attempts++) {
      if (attempts > 1) await pause(Math.min(attempts, LONGEST_PAUSE_MS));
      attempt = await this.#attempt(attempts, pace);
      if (attempt.kind === 'settled') return this.#keep(attempt.snapshot);
      if (attempt.kind === 'failed') return withoutFamilies(attempt.problem, attempts);
    }
    if (attempt?.kind === 'unknown') return withoutFamilies(attempt.problem, this.#maxAttempts);
    // The fold pointer stood still, so nothing is counted twice; the files that keep vanishing are of nobody's fold.
    if (attempt?.kind === 'vanished') return this.#keep(attempt.snapshot);
    return { ...withoutFamilies(unsettled(attempt), this.#maxAttempts), families: this.#lastFamilies };
  }

  #keep(snapshot: Snapshot): Snapshot {
    this.#lastFamilies = snapshot.families;
    return snapshot;
  }

  /** Reads everything between two looks at the fold pointer, which must be equal. */
  async #attempt(attempts: number, pace: Pace): Promise<Attempt> {
    const before = this.#readPointer();
    if (before.kind === 'no-resources') return OUT_OF_RESOURCES;
    const listing = await this.#directory.list();
    if (listing.kind === 'no-resources') return OUT_OF_RESOURCES;
    if (listing.kind === 'failed') return { kind: 'failed', problem: directoryUnreadable(listing.errno) };
    const view = this.#viewOf(before, listing);
    // A pruner may have moved on between two looks: the next attempt tells.
    if (view.kind === 'unknown') return view;
    const { fold, choice, instances } = view;
    const pass = await this.#reader.pass(choice.shards, listing, instances.labels, pace);
    if (pass.interruption === 'no-resources') return OUT_OF_RESOURCES;
    if (pass.interruption === 'rewritten') return { kind: 'unsettled', why: 'a shard was written anew' };
    const exemplarProblems = await this.#reader.readExemplars(choice.exemplars, pace);
    if (!isSame(before, this.#readPointer()) || !this.#isStill(fold.spare)) {
      return { kind: 'unsettled', why: 'shards were folded' };
    }
    this.#lastPointer = fold.pointer;
    const settlement = this.#reader.settle(choice.shards);
    const families: MetricFamily[] = [];
    for (const { family, help } of settlement.families) {
      const snapshot = await family.snapshot(help, pace);
      if (snapshot !== undefined) families.push(snapshot);
    }
    const problems = [
      ...(fold.problem === undefined ? [] : [fold.problem]),
      ...choice.problems,
      ...instances.problems,
      ...pass.problems,
      ...exemplarProblems,
      ...settlement.problems,
    ];
    const stats = statsOf(pass, families, choice.superseded, attempts);
    return {
      kind: pass.interruption === 'vanished' ? 'vanished' : 'settled',
      snapshot: { families, problems, stats },
    };
  }

  /** What the names and the pointer say: decided again only where either changed. */
  #viewOf(
    pointer: Exclude<TextFile, { kind: 'no-resources' }>,
    { names }: Listing,
  ): ({ readonly kind: 'known' } & View) | Extract<FoldState, { kind: 'unknown' }> {
    const last = this.#view;
    if (last?.names === names && last.pointer === pointer && last.lastPointer === this.#lastPointer) {
      return { kind: 'known', ...last };
    }
    this.#view = undefined;
    const read = (name: string): TextFile => this.#directory.readText(name, MAX_POINTER_BYTES);
    const fold = foldState(pointer, { names, lastGood: this.#lastPointer, read });
    if (fold.kind === 'unknown') return fold;
    const choice = chooseShards(names, fold.pointer);
    const perWriter = choice.shards.filter(({ shard }) => isPerWriter(shard)).map(({ id }) => id);
    const instances = this.#instances.name(new Set(perWriter), new Set(names));
    const view = { names, pointer, lastPointer: fold.pointer, fold, choice, instances };
    // A file that could not be made sense of may be another the next time, though its name is the same.
    if (fold.problem === undefined && fold.spare === undefined && instances.problems.length === 0) {
      this.#view = view;
    }
    return { kind: 'known', ...view };
  }

  #readPointer(): TextFile {
    return this.#directory.readKnownText(FOLD_POINTER_FILE, MAX_POINTER_BYTES);
  }

  /** A spare copy that the pruner made anew meanwhile may be of another generation by the same number. */
  #isStill(spare: SpareCopy | undefined): boolean {
    return spare === undefined || isSame(spare.file, this.#directory.readText(spare.name, MAX_POINTER_BYTES));
  }
}

function isSame(a: TextFile, b: TextFile): boolean {
  if (a.kind === 'text' && b.kind === 'text') return a.text === b.text;
  return a.kind === b.kind;
}

function statsOf(
  pass: Pass,
  families: readonly MetricFamily[],
  superseded: number,
  attempts: number,
): SnapshotStats {
  const { good, damaged, skipped, mapped, bytesRead, entries, entriesLearned } = pass;
  const samples = families.reduce((sum, family) => sum + family.samples.length, 0);
  return {
    shards: { good, damaged, superseded, skipped },
    shardsMapped: mapped,
    bytesRead,
    entries,
    entriesLearned,
    samples,
    attempts,
  };
}

function withoutFamilies(problem: SnapshotProblem, attempts: number): Snapshot {
  const shards = { good: 0, damaged: 0, superseded: 0, skipped: 0 };
  const stats = {
    shards,
    shardsMapped: 0,
    bytesRead: 0,
    entries: 0,
    entriesLearned: 0,
    samples: 0,
    attempts,
  };
  return { families: [], problems: [problem], stats };
}

function directoryUnreadable(errno: string): SnapshotProblem {
  return { code: 'directory-unreadable', file: '', message: `The directory cannot be listed (${errno}).` };
}

function unsettled(attempt: Attempt | undefined): SnapshotProblem {
  const why = attempt?.kind === 'unsettled' ? attempt.why : 'the directory changed';
  const message = `No attempt got through, since ${why} meanwhile; the families are those of the last snapshot.`;
  return { code: 'unsettled', file: '', message };
}
