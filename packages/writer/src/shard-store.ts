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
   * Gives the files up to the pruner, with all values in them; metrics go on counting in memory. A second call does
   * nothing.
   */
  close(): void;
}
