import type { JobData } from '../topology.js';

/** The jobs of a run, and how the story ends for them. */
export interface JobPlan {
  readonly jobs: readonly JobData[];
  /** Jobs that can only end in the dead-letter queue. */
  readonly hopeless: number;
}

/**
 * Plans a mixture over real files: of twenty jobs twelve hash, four compress, three meet storage that fails
 * the first attempt, and one names a file that does not exist.
 */
export function planJobs(files: readonly string[], count: number): JobPlan {
  const jobs = Array.from({ length: count }, (_, index): JobData => {
    const path = files[index % files.length]!;
    const turn = index % 20;
    if (turn === 19) return { task: 'hash-file', path: `${path}.missing` };
    if (turn % 5 === 4) return { task: 'compress-file', path };
    if (turn % 6 === 3) return { task: 'hash-flaky-file', path };
    return { task: 'hash-file', path };
  });
  return { jobs, hopeless: jobs.filter((job) => job.path.endsWith('.missing')).length };
}
