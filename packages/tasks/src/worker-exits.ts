import { errorMonitor } from 'node:events';

import { Counter } from '@promshard/writer/metrics';

import { EXIT_REASONS, type ExitReason, exitReason } from './exit-reason.js';
import { type MetricPlace, placed } from './metric-families.js';
import { checkOptionNames } from './option-names.js';
import { prefixProblems } from './option-problems.js';
import { TaskMetricsError } from './task-metrics-error.js';

/** What ends: a child process, a cluster worker or a worker thread. */
export interface EndingWorker {
  once(event: 'exit', listener: (code: number | null, signal?: string | null) => void): unknown;
}

/** Counts how workers ended. */
export interface WorkerExits {
  /** Counts the end of a worker, of which an `exit` event tells. */
  count(code: number | null | undefined, signal?: string | null): ExitReason;
  /**
   * Counts the end of this worker when it comes, once; also where it never began (`not_started`). It takes no `error` event
   * away: who does not listen for it is told by Node.js, as without this.
   */
  watch(worker: EndingWorker): void;
}

/**
 * Declares `worker_exits_total{reason}`, for the workers' parent: nobody else sees how a worker ended.
 *
 * @throws TaskMetricsError `OPTIONS_INVALID` for a prefix that cannot be.
 */
export function createWorkerExits(place: MetricPlace = {}): WorkerExits {
  checkOptionNames('createWorkerExits()', place, { prefix: true, store: true, registers: true });
  const [problem] = prefixProblems(place.prefix);
  if (problem !== undefined)
    throw new TaskMetricsError('OPTIONS_INVALID', `createWorkerExits(): ${problem}.`);
  const exits = new Counter({
    ...placed(place),
    name: `${place.prefix ?? ''}worker_exits_total`,
    help: 'Workers that have ended, by reason.',
    labelNames: ['reason'],
  });
  const series = new Map(EXIT_REASONS.map((reason) => [reason, exits.labels(reason)]));
  const add = (reason: ExitReason): ExitReason => {
    series.get(reason)?.inc();
    return reason;
  };
  return {
    count: (code, signal) => add(exitReason(code, signal)),
    watch(worker) {
      let isCounted = false;
      worker.once('exit', (code, signal) => {
        if (!isCounted) add(exitReason(code, signal));
        isCounted = true;
      });
      // What could not be spawned has no exit. An error of one that runs, of a message to it, say, is no end.
      monitored(worker).once(errorMonitor, () => {
        if (isCounted || !('pid' in worker) || worker.pid !== undefined) return;
        isCounted = true;
        add('not_started');
      });
    },
  };
}

/** An emitter, of which errors can be seen without being taken. */
interface Monitored {
  once(event: typeof errorMonitor, listener: () => void): unknown;
}

function monitored(worker: EndingWorker): Monitored {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the types of Node.js's workers name no symbols
  return worker as unknown as Monitored;
}
