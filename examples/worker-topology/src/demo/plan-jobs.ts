import type { JobData, TaskName } from '../topology.js';

/** The jobs of a run, and how the story ends for them. */
export interface JobPlan {
  readonly jobs: readonly JobData[];
  /** Jobs that can only end in the dead-letter queue. */
  readonly hopeless: number;
}

/** What is asked for in turn; `undefined` is a file that does not exist. */
const ROUND: readonly (TaskName | undefined)[] = [
  'hash-file',
  'compress-file',
  'hash-file',
  'hash-flaky-file',
  'hash-file',
  'compress-file',
  'hash-file',
  'hash-flaky-file',
  'hash-file',
  'compress-file',
  'hash-file',
  undefined,
];

/** Plans a mixture of jobs over real files, in rounds of twelve, the last of each round hopeless. */
export function planJobs(files: readonly string[], count: number): JobPlan {
  let hopeless = 0;
  const jobs = Array.from({ length: count }, (_, index): JobData => {
    const path = files[index % files.length]!;
    const task = ROUND[index % ROUND.length];
    if (task !== undefined) return { task, path };
    hopeless += 1;
    return { task: 'hash-file', path: `${path}.missing` };
  });
  return { jobs, hopeless };
}
