import type { ShardSet } from '../shard-set.js';
import type { ProblemListener, StoreProblem } from '../store-problem.js';

/** Is told what becomes of callbacks. */
export interface CallbackListener {
  /** A callback of a metric failed, took too long or still ran. */
  countError(metric: string): void;
  report(problem: StoreProblem): void;
}

/**
 * Counts in a set, and tells its listener.
 *
 * @param onProblem - Is told in place of the set's listener; what it throws is dropped.
 */
export function listenerOf(set: ShardSet, onProblem?: ProblemListener): CallbackListener {
  return {
    countError: (metric) =>
      set.count(
        'promshard_collect_errors',
        'Times that a collect callback failed, took too long or still ran, by metric.',
        { metric },
      ),
    report(problem) {
      if (onProblem === undefined) {
        set.report(problem);
        return;
      }
      try {
        onProblem(problem);
      } catch {
        // Counting must not fail because its observer does.
      }
    },
  };
}
