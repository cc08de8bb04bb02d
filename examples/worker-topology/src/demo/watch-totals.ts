import { setTimeout as sleep } from 'node:timers/promises';

import type { TaskTotals } from './reckoning.js';
import { scrape, total } from './scrape.js';

/** What the exporter says about the attempts of all workers. */
export async function readTaskTotals(exporterUrl: string): Promise<TaskTotals> {
  const families = await scrape(exporterUrl);
  return {
    started: total(families, 'task_started_total'),
    succeeded: total(families, 'task_success_total'),
    failed: total(families, 'task_failure_total'),
  };
}

/** Scrapes the exporter all the time, and remembers whether a total has ever fallen. */
export interface TotalsWatch {
  /** What the newest scrape said. Throws if a scrape has failed. */
  latest(): TaskTotals;
  /** Ends the watch. Rejects if a scrape has failed. */
  stop(): Promise<{ readonly scrapes: number; readonly falls: number }>;
}

const INTERVAL_MS = 100;

/** Begins to scrape; the caller stops it, or the signal does. */
export function watchTotals(exporterUrl: string, interruption: AbortSignal): TotalsWatch {
  let latest: TaskTotals = { started: 0, succeeded: 0, failed: 0 };
  let scrapes = 0;
  let falls = 0;
  let stopped = false;
  let failure: Error | undefined;

  async function watch(): Promise<void> {
    while (!stopped && !interruption.aborted) {
      const now = await readTaskTotals(exporterUrl);
      scrapes += 1;
      if (now.started < latest.started || now.succeeded < latest.succeeded || now.failed < latest.failed)
        falls += 1;
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
    async stop() {
      stopped = true;
      await watching;
      return { scrapes, falls };
    },
  };
}
