/** A label: name and value. */
export type Label = readonly [name: string, value: string];

/** An example observation that a sample points at (OpenMetrics 1.0, "Exemplars"). */
export interface Exemplar {
  readonly labels: readonly Label[];
  readonly value: number;
  readonly timestampMs?: number;
}

/** One line of an exposition. */
export interface Sample {
  /** The full name: `jobs_total`, `x_bucket`, `x_sum`, `x_count`, `x_info`; of a quantile, the family's. */
  readonly name: string;
  /**
   * Sorted by name, `le` and `quantile` last. The same array in every snapshot for as long as the series lives, so that a renderer
   * may keep what it made of it.
   */
  readonly labels: readonly Label[];
  readonly value: number;
  readonly timestampMs?: number;
  readonly exemplar?: Exemplar;
}

/** The type of a family. Shards hold all but the last, which is for families that are made elsewhere. */
export type FamilyType = 'counter' | 'gauge' | 'histogram' | 'summary' | 'info' | 'stateset' | 'unknown';

/** A metric with all its series. */
export interface MetricFamily {
  /** Without `_total`. Unique within a snapshot, and so is every name that a family's samples have. */
  readonly name: string;
  readonly type: FamilyType;
  readonly help: string;
  /** What its name ends in, where that is a unit. */
  readonly unit?: string;
  /** At least one, in a stable order. Bucket counts are cumulative and ascending; `+Inf` equals `_count`. */
  readonly samples: readonly Sample[];
}

/** What a problem is about. */
export type SnapshotProblemCode =
  /** The directory cannot be listed: there are no families. */
  | 'directory-unreadable'
  /** `folded.json` is not a fold pointer, or is gone although it was there. */
  | 'fold-pointer-damaged'
  /** A shard that `folded.json` lists is not in the directory: what it held is lost. */
  | 'folded-shard-missing'
  /** The directory changed under every attempt, or files could not be opened: the families are the last snapshot's. */
  | 'unsettled'
  /** A `.db` or `.shard` file whose name is not a shard's. */
  | 'foreign-file'
  /** A symlink, directory, FIFO, socket or device where a shard should be. */
  | 'not-a-file'
  | 'unreadable'
  /** More bytes in use than `maxShardBytes`. */
  | 'too-large'
  /** More shards than `maxFiles`: some are not read. */
  | 'too-many-files'
  /** More bytes than `maxBytes`: some shards are not read, or not as far as they grew. */
  | 'too-many-bytes'
  /** More series than `maxSeries`: some are counted together, some are left out. */
  | 'too-many-series'
  /** The shard's bytes are damaged; see the shard format's document. */
  | 'empty'
  | 'bad-header'
  | 'truncated'
  | 'bad-entry'
  | 'bad-key'
  /** A metric or label name that no format can carry, or that Prometheus claims. */
  | 'bad-name'
  /** A sample name that does not go with the type of its shard. */
  | 'bad-sample'
  /** A bucket whose `le` is not a number. */
  | 'bad-bound'
  /** A label name that the label policy forbids; the label is left out. */
  | 'forbidden-label'
  /** Exemplars take more bytes than a scrape reads; those of this file are not shown. */
  | 'exemplars-too-large'
  /** The file has more problems than are listed. */
  | 'more-problems'
  /** One family name with two types. */
  | 'type-conflict'
  /** One gauge with two ways of combining. */
  | 'mode-conflict'
  /** Two families whose samples would have one name. */
  | 'name-conflict'
  | 'help-conflict'
  /** Writers disagree on a histogram's bounds. */
  | 'bucket-conflict'
  /** Two writers have one `instance` name. */
  | 'instance-conflict'
  /** An owner record that is not one. */
  | 'bad-owner';

/** What is wrong in the directory, and where. Never holds a label value. */
export interface SnapshotProblem {
  readonly code: SnapshotProblemCode;
  /** Name within the directory; empty where it is the directory itself. */
  readonly file: string;
  /** Byte offset in the file, where the problem has one. */
  readonly offset?: number;
  /** One sentence; does not repeat the file's name. */
  readonly message: string;
}

/** How the snapshot was made. */
export interface SnapshotStats {
  readonly shards: {
    /** Read, with nothing wrong. */
    readonly good: number;
    /** Read in part or not at all; each has a problem. */
    readonly damaged: number;
    /** Passed over, since their values are in the folded generation that counts, or in one that does not. */
    readonly superseded: number;
    /** Not read, or not as far as it grew, for want of budget; in either case there is a problem. */
    readonly skipped: number;
  };
  /** Of those that were read, the shards of which nothing but values was, through a mapping. */
  readonly shardsMapped: number;
  /** Bytes in use of the shards that were read, or parts of shards, in the attempt that counted. */
  readonly bytesRead: number;
  /** Entries whose values were added up. */
  readonly entries: number;
  /** Entries whose keys were looked at, since they were not known from the scrape before. */
  readonly entriesLearned: number;
  readonly samples: number;
  /** 1, or more where the directory was folded meanwhile. */
  readonly attempts: number;
}

/** The directory at one moment. Immutable; the aggregator keeps nothing of it that it would change. */
export interface Snapshot {
  /** Sorted by name, each once. */
  readonly families: readonly MetricFamily[];
  readonly problems: readonly SnapshotProblem[];
  readonly stats: SnapshotStats;
}
