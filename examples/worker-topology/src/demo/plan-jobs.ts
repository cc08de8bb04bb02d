import type { FileTask, JobData } from '../topology.js';

/** The jobs of a run, and how the story ends for them. */
export interface JobPlan {
  readonly jobs: readonly JobData[];
  /** The files of jobs that can only end in the dead-letter queue, until somebody provides them. */
  readonly missing: readonly string[];
}

/** What is asked for in turn; `undefined` is a file that does not exist. */
const ROUND: readonly (FileTask | undefined)[] = [
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

/** Plans a mixture of jobs over real files, in rounds of twelve, the last of each round without its file. */
export function planJobs(files: readonly string[], count: number): JobPlan {
  const missing: string[] = [];
  const jobs = Array.from({ length: count }, (_, index): JobData => {
    const task = ROUND[index % ROUND.length];
    if (task !== undefined) return { task, path: files[index % files.length]! };
    const path = `report-${missing.length + 1}.csv`;
    missing.push(path);
    return { task: 'hash-file', path };
  });
  return { jobs, missing };
}
