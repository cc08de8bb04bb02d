import { setTimeout as sleep } from 'node:timers/promises';

import { FILE_TASKS } from '../topology.js';
import type { TaskTotals } from './reckoning.js';
import { scrape, total } from './scrape.js';

/** What the exporter says about the attempts of all workers at file jobs. */
export async function readTaskTotals(exporterUrl: string): Promise<TaskTotals> {
  const families = await scrape(exporterUrl);
  const ofFiles = (name: string): number =>
    total(families, name, ({ task_name: task = '' }) => Object.hasOwn(FILE_TASKS, task));
  return {
    started: ofFiles('task_started_total'),
    succeeded: ofFiles('task_success_total'),
    failed: ofFiles('task_failure_total'),
    deadLettered: ofFiles('task_dead_lettered_total'),
  };
}

/** Scrapes the exporter all the time, and remembers whether a total has ever fallen. */
export interface TotalsWatch {
  /** What the newest scrape said. Throws if a scrape has failed. */
  latest(): TaskTotals;
  /** Scrapes so far in which a total was lower than before. */
  falls(): number;
  /** Ends the watch and says how many scrapes there were. Rejects if one has failed. */
  stop(): Promise<number>;
}

const INTERVAL_MS = 100;

/** Begins to scrape; the caller stops it, or the signal does. */
export function watchTotals(exporterUrl: string, interruption: AbortSignal): TotalsWatch {
  let latest: TaskTotals = { started: 0, succeeded: 0, failed: 0, deadLettered: 0 };
  let scrapes = 0;
  let falls = 0;
  let stopped = false;
  let failure: Error | undefined;

  async function watch(): Promise<void> {
    while (!stopped && !interruption.aborted) {
      const now = await readTaskTotals(exporterUrl);
      scrapes += 1;
      if ((Object.keys(now) as (keyof TaskTotals)[]).some((name) => now[name] < latest[name])) falls += 1;
      latest = now;
      await sleep(INTERVAL_MS);
    }
  }

  const watching = watch();
  watching.catch((error: Error) => (failure = error));
  return {
    latest() {
      if (failure) throw failure;
      return latest;
    },
    falls: () => falls,
    async stop() {
      stopped = true;
      await watching;
      return scrapes;
    },
  };
}
