import type { DeadLetterBroker, DeadLetterSearch, FoundDeadLetter } from './dead-letter-broker.js';
import { type DeadLetter, type DeadLetterOutcome, DONE, GONE, refused } from './dead-letter.js';
import { DeadLettersError } from './dead-letters-error.js';
import { errorNameOf } from './error-name.js';
import { checkOptionNames } from './option-names.js';

/** What is used of a `Job` of BullMQ. */
export interface BullmqJob {
  readonly id?: string | undefined;
  readonly name: string;
  readonly data: unknown;
  readonly timestamp: number;
  readonly finishedOn?: number | undefined;
  readonly attemptsMade: number;
  readonly failedReason?: string;
  readonly stacktrace: readonly string[] | null;
  getState(): Promise<string>;
  retry(state: 'failed', options: { resetAttemptsMade: boolean }): Promise<void>;
  remove(options: { removeChildren: boolean }): Promise<void>;
}

/** What is used of a `Queue` of BullMQ, version 5 or newer. */
export interface BullmqQueue {
  readonly name: string;
  getJob(id: string): Promise<BullmqJob | undefined>;
  getJobs(states: ('failed' | 'waiting')[], start: number, end: number, asc: boolean): Promise<BullmqJob[]>;
  add(name: string, data: unknown, options: { jobId: string }): Promise<unknown>;
}

/** A queue that takes another's dead letters: the application adds to it what has failed for good. */
export interface BullmqDeadLetterQueue {
  readonly queue: BullmqQueue;
  /** Where its jobs go at a replay. */
  readonly to: BullmqQueue;
  /** The name and data of the job to add, from those in the dead-letter queue; as they are by default. */
  readonly restore?: (job: { readonly name: string; readonly data: unknown }) => {
    readonly name: string;
    readonly data: unknown;
  };
}

/** BullMQ's queues whose dead letters are meant. */
export interface BullmqDeadLettersOptions {
  /** Queues whose failed jobs are dead letters. */
  readonly queues?: readonly BullmqQueue[];
  readonly deadLetterQueues?: readonly BullmqDeadLetterQueue[];
  /** The label `broker`; `bullmq` by default. */
  readonly broker?: string;
}

/** A letter's job, and where it comes from. */
export interface BullmqHandle {
  readonly job: BullmqJob;
  readonly source: Source;
}

type Source =
  | { readonly state: 'failed'; readonly queue: BullmqQueue }
  | { readonly state: 'waiting'; readonly queue: BullmqQueue; readonly moves: BullmqDeadLetterQueue };

const PAGE = 100;

/**
 * Dead letters of BullMQ: the failed jobs of queues, and the waiting jobs of dead-letter queues.
 *
 * A failed job is replayed by `job.retry` with all attempts given back: one script in Redis, once or not at all. From a
 * dead-letter queue, it is added to the work queue first and removed then, at least once: killed in between, it lies in
 * both, and the next replay adds it under the same id, which BullMQ ignores for as long as it knows the first. Its attempts and
 * the like are those of the work queue's `defaultJobOptions`.
 */
export function bullmqDeadLetters(options: BullmqDeadLettersOptions): DeadLetterBroker<BullmqHandle> {
  checkOptionNames('bullmqDeadLetters()', options, { queues: true, deadLetterQueues: true, broker: true });
  const { queues = [], deadLetterQueues = [], broker = 'bullmq' } = options;
  for (const [index, each] of deadLetterQueues.entries())
    checkOptionNames(`deadLetterQueues[${index}] of bullmqDeadLetters()`, each, {
      queue: true,
      to: true,
      restore: true,
    });
  const sources: readonly Source[] = [
    ...queues.map((queue) => ({ state: 'failed' as const, queue })),
    ...deadLetterQueues.map((moves) => ({ state: 'waiting' as const, queue: moves.queue, moves })),
  ];
  if (sources.length === 0)
    throw new DeadLettersError(
      'OPTIONS_INVALID',
      'queues or deadLetterQueues has to name at least one queue.',
    );

  return {
    broker,
    async find(search) {
      const chosen = sources.filter(({ queue }) => search.queue === undefined || queue.name === search.queue);
      if (chosen.length === 0)
        throw new DeadLettersError('SELECTION_UNSUPPORTED', 'queue has to be one of those that were given.');
      const found = await Promise.all(chosen.map((source) => findIn(source, search)));
      return found
        .flat()
        .toSorted((a, b) => timeOf(a) - timeOf(b))
        .slice(0, search.limit);
    },
    async replay({ handle: { job, source } }, to) {
      if (source.state === 'failed') {
        if (to !== undefined && to !== source.queue.name)
          return refused('a failed job goes back to its own queue only');
        return whileThere(job, 'failed', () => job.retry('failed', { resetAttemptsMade: true }));
      }
      if (to !== undefined && to !== source.moves.to.name)
        return refused('this dead-letter queue was given another queue to replay to');
      return move(job, source.moves);
    },
    drop: ({ handle: { job, source } }) =>
      whileThere(job, source.state, () => job.remove({ removeChildren: false })),
  };
}

async function findIn(source: Source, search: DeadLetterSearch): Promise<FoundDeadLetter<BullmqHandle>[]> {
  const { ids, task, limit } = search;
  const found: FoundDeadLetter<BullmqHandle>[] = [];
  const take = (job: BullmqJob): void => {
    if (job.id !== undefined && (task === undefined || job.name === task))
      found.push({ letter: readJob(source, job, search.payloads), handle: { job, source } });
  };
  if (ids !== undefined) {
    for (const id of ids) {
      const job = await source.queue.getJob(id);
      if (job !== undefined && (await job.getState()) === source.state) take(job);
    }
    return found;
  }
  for (let start = 0; found.length < limit; start += PAGE) {
    const page = await source.queue.getJobs([source.state], start, start + PAGE - 1, true);
    page.forEach(take);
    // A job that vanished while the page was read makes it shorter, too; then the rest is left for the next run.
    if (page.length === 0) break;
  }
  return found;
}

function readJob(source: Source, job: BullmqJob, payloads: boolean): DeadLetter {
  const failed = source.state === 'failed';
  const errorName = failed ? errorNameOf(job.stacktrace?.at(-1)) : undefined;
  return {
    id: String(job.id),
    queue: source.queue.name,
    task: job.name,
    failedAt: new Date(failed ? (job.finishedOn ?? job.timestamp) : job.timestamp),
    ...(failed && { attempts: job.attemptsMade }),
    ...(errorName !== undefined && { errorName }),
    ...(payloads && { payload: job.data }),
    ...(payloads && failed && job.failedReason !== undefined && { error: job.failedReason }),
  };
}

function timeOf({ letter }: FoundDeadLetter<BullmqHandle>): number {
  return letter.failedAt?.getTime() ?? 0;
}

/** Does something to a job in a state; whether it was in that state is asked again where BullMQ refuses. */
async function whileThere(
  job: BullmqJob,
  state: 'failed' | 'waiting',
  run: () => Promise<void>,
): Promise<DeadLetterOutcome> {
  // `remove` would take a job from any state, also one that somebody else has just put back to work.
  if ((await job.getState()) !== state) return GONE;
  try {
    await run();
    return DONE;
  } catch (error) {
    if ((await job.getState()) !== state) return GONE;
    throw error;
  }
}

async function move(
  { id, name, data }: BullmqJob,
  { queue, to, restore = (job) => job }: BullmqDeadLetterQueue,
): Promise<DeadLetterOutcome> {
  // Read anew: it may have been moved, or taken, since it was found.
  const job = await queue.getJob(String(id));
  if (job === undefined || (await job.getState()) !== 'waiting') return GONE;
  const restored = restore({ name, data });
  // The time, since an application may use an id again when its letter is gone: BullMQ would ignore the second as the first.
  const jobId = `replayed-${queue.name}-${id}-${job.timestamp}`;
  await to.add(restored.name, restored.data, { jobId });
  return whileThere(job, 'waiting', () => job.remove({ removeChildren: false }));
}
