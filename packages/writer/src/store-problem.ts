/** Something that a store cannot do as it should, told to `onProblem`. Counting goes on all the same. */
export interface StoreProblem {
  /**
   * `directory-lost`: the store's files are no longer where they were put, or cannot be put there; they are made
   * anew, with all values, as soon as that is possible. `write-failed`: the disk is full or refuses; values wait in
   * memory. `shard-full`: a shard has reached `maxShardBytes`; further label sets count in overflow series, and further
   * exemplars are left out.
   * `label-value-replaced`: the label policy refused a value. `series-overflow`: a metric has used up its series.
   * `default-label-refused`: the label policy does not allow the name of a registry's default label, which is left out
   * of the shards. `option-ignored`: an option of prom-client that has no effect here. `collect-failed`: a `collect` callback threw or
   * rejected. `collect-slow`: it blocked the event loop, or still ran when it was to run again. `metric-left-out`: a
   * metric that is not the application's own cannot be kept in the shards. `label-left-out`: it is kept without a label
   * that the policy forbids.
   */
  readonly code:
    | 'directory-lost'
    | 'write-failed'
    | 'shard-full'
    | 'label-value-replaced'
    | 'series-overflow'
    | 'default-label-refused'
    | 'option-ignored'
    | 'collect-failed'
    | 'collect-slow'
    | 'metric-left-out'
    | 'label-left-out';
  /** False when it begins, true when it is over: each is told once. Problems of labels and options are never over. */
  readonly resolved: boolean;
  /** One or two sentences; never holds a label value. */
  readonly message: string;
  /** The metric concerned, for problems of labels, options and callbacks. */
  readonly metric?: string;
  /** The label concerned. */
  readonly label?: string;
  /** The policy's reason. */
  readonly reason?: string;
  /** The error of the system call or of the callback, where there was one. */
  readonly cause?: unknown;
}

/** Is told of problems; whatever it throws is dropped. */
export type ProblemListener = (problem: StoreProblem) => void;

/** The listener of a store that was given none: a process warning. */
export function warnOfProblem(problem: StoreProblem): void {
  process.emitWarning(problem.message, { type: 'PromshardWarning', code: problem.code });
}
