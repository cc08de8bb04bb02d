/** A directory that this thread's metrics are kept in. */
export interface ShardStore {
  /** The directory. */
  readonly dir: string;
  /** The id in this writer's file names; no other writer ever has it. */
  readonly shardId: string;
  /** `mmap`: a SIGKILL loses nothing. `pwrite`: it may lose what was counted in the current event-loop turn. */
  readonly backend: 'mmap' | 'pwrite';
  /** Brings everything counted so far to the files; with `mmap` there is nothing to do. */
  flush(): void;
  /**
   * Runs the `collect` callbacks of the store's metrics now, as its timer does every `collectIntervalMs`. What is
   * synchronous in them is done when the call returns.
   *
   * @returns Settles when all have ended, or after `collectIntervalMs`; never rejects.
   */
  sample(): Promise<void>;
  /**
   * Gives the files up to the pruner, with all values in them; metrics go on counting in memory. `collect` callbacks run once
   * before; what they do asynchronously comes too late: await {@link ShardStore.sample} first. A second call does nothing.
   */
  close(): void;
}
