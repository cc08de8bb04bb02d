import { isAbsolute } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { FOLD_POINTER_FILE, type FoldPointer } from '@promshard/shard-format';
import { AggregatorError } from './aggregator-error.js';
import { chooseShards } from './choose-shards.js';
import { isPerWriter } from './combination.js';
import { ShardDirectory, type TextFile } from './directory.js';
import { foldState, type SpareCopy } from './fold-state.js';
import { InstanceNames } from './instance-names.js';
import { Pace } from './pace.js';
import { isOutgoingWriter, type OutgoingLabelPolicy } from './outgoing-label.js';
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
  /** For how long the event loop may be held at a stretch, roughly. Default 5 ms. */
  readonly yieldAfterMs?: number;
  /** How often to start over when the directory changes under the reader. Default 20. */
  readonly maxAttempts?: number;
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
}

const DEFAULT_MAX_SHARD_BYTES = 256 * 1024 * 1024;
const DEFAULT_YIELD_AFTER_MS = 5;
const DEFAULT_MAX_ATTEMPTS = 20;
// A pruner's list of superseded files: a hundred thousand names fit.
const MAX_POINTER_BYTES = 16 * 1024 * 1024;
const LONGEST_PAUSE_MS = 50;

/**
 * Makes an aggregator. Opens nothing until the first {@link Aggregator.collect}, and keeps nothing open after it.
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
      running = undefined;
    }
  };
  return {
    collect(): Promise<Snapshot> {
      if (running === undefined) return (running = start());
      waiting ??= running.then(() => {
        waiting = undefined;
        return (running = start());
      });
      return waiting;
    },
  };
}

type Attempt =
  | { readonly kind: 'settled' | 'vanished'; readonly snapshot: Snapshot }
  | { readonly kind: 'failed' | 'unknown'; readonly problem: SnapshotProblem }
  | { readonly kind: 'unsettled'; readonly why: string };

const OUT_OF_RESOURCES: Attempt = { kind: 'unsettled', why: 'files could not be opened' };

class Collector {
  readonly #directory: ShardDirectory;
  readonly #reader: ShardReader;
  readonly #instances: InstanceNames;
  readonly #maxAttempts: number;
  readonly #yieldAfterMs: number;
  #lastPointer: FoldPointer | undefined;
  #lastFamilies: readonly MetricFamily[] = [];

  constructor(options: AggregatorOptions) {
    const { dir, labelPolicy, maxShardBytes = DEFAULT_MAX_SHARD_BYTES } = options;
    const { maxAttempts = DEFAULT_MAX_ATTEMPTS, yieldAfterMs = DEFAULT_YIELD_AFTER_MS } = options;
    if (!isAbsolute(dir)) throw new AggregatorError('dir', 'an absolute path', dir);
    if (!(maxShardBytes > 0)) throw new AggregatorError('maxShardBytes', 'a positive number', maxShardBytes);
    if (!(maxAttempts >= 1)) throw new AggregatorError('maxAttempts', 'at least 1', maxAttempts);
    if (!(yieldAfterMs >= 0)) throw new AggregatorError('yieldAfterMs', '0 or more', yieldAfterMs);
    this.#directory = new ShardDirectory(dir);
    this.#reader = new ShardReader(this.#directory, maxShardBytes, labelPolicy);
    this.#instances = new InstanceNames(
      (name, maxBytes) => this.#directory.readText(name, maxBytes),
      (writer) => isOutgoingWriter(labelPolicy, writer),
    );
    this.#maxAttempts = maxAttempts;
    this.#yieldAfterMs = yieldAfterMs;
  }

  async collect(): Promise<Snapshot> {
    const pace = new Pace(this.#yieldAfterMs);
    let attempt: Attempt | undefined;
    for (let attempts = 1; attempts <= this.#maxAttempts; attempts++) {
      if (attempts > 1) await setTimeout(Math.min(attempts, LONGEST_PAUSE_MS));
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
    const evidence = {
      names: listing.names,
      lastGood: this.#lastPointer,
      read: (name: string) => this.#directory.readText(name, MAX_POINTER_BYTES),
    };
    const fold = foldState(before, evidence);
    // A pruner may have moved on between two looks: the next attempt tells.
    if (fold.kind === 'unknown') return fold;
    const choice = chooseShards(listing.names, fold.pointer);
    const perWriter = choice.shards.filter(({ shard }) => isPerWriter(shard)).map(({ id }) => id);
    const instances = this.#instances.name(new Set(perWriter), new Set(listing.names));
    const pass = await this.#reader.pass(choice.shards, instances.labels, pace);
    if (pass.interruption === 'no-resources') return OUT_OF_RESOURCES;
    if (!isSame(before, this.#readPointer()) || !this.#isStill(fold.spare)) {
      return { kind: 'unsettled', why: 'shards were folded' };
    }
    this.#lastPointer = fold.pointer;
    const settlement = this.#reader.settle(choice.shards);
    const families: MetricFamily[] = [];
    for (const { family, help } of settlement.families) {
      if (pace.isUp()) await pace.rest();
      const samples = family.samples();
      if (samples.length > 0) families.push({ name: family.name, type: family.type, help, samples });
    }
    const problems = [
      ...(fold.problem === undefined ? [] : [fold.problem]),
      ...choice.problems,
      ...instances.problems,
      ...pass.problems,
      ...settlement.problems,
    ];
    const stats = statsOf(pass, families, choice.superseded, attempts);
    return {
      kind: pass.interruption === 'vanished' ? 'vanished' : 'settled',
      snapshot: { families, problems, stats },
    };
  }

  #readPointer(): TextFile {
    return this.#directory.readText(FOLD_POINTER_FILE, MAX_POINTER_BYTES);
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
  const { good, damaged, bytesRead, entries, entriesLearned } = pass;
  const samples = families.reduce((sum, family) => sum + family.samples.length, 0);
  return { shards: { good, damaged, superseded }, bytesRead, entries, entriesLearned, samples, attempts };
}

function withoutFamilies(problem: SnapshotProblem, attempts: number): Snapshot {
  const shards = { good: 0, damaged: 0, superseded: 0 };
  const stats = { shards, bytesRead: 0, entries: 0, entriesLearned: 0, samples: 0, attempts };
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
