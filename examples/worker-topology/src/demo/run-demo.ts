import { writeFile } from 'node:fs/promises';
import path from 'node:path';

import { readLedger } from '../broker/read-ledger.js';
import type { Topology } from '../deployment/start-topology.js';
import type { TopologyEvent } from '../process/messages.js';
import { FILE_QUEUES, JOBS_IN_HAND_PER_WORKER } from '../topology.js';
import { killWorker } from './kill-worker.js';
import type { JobPlan } from './plan-jobs.js';
import { type Accounts, reckon, type Reckoning } from './reckoning.js';
import { listDeadLetters, replayDeadLetters } from './replay-dead-letters.js';
import { scrape, total } from './scrape.js';
import { sendJobs } from './send-jobs.js';
import { waitUntil } from './wait-until.js';
import { readTaskTotals, watchTotals } from './watch-totals.js';
import { hasRecovered, livingWorkers } from './worker-log.js';

/** What the story needs. */
export interface DemoOptions {
  readonly topology: Topology;
  readonly plan: JobPlan;
  /** Where missing files are to be provided. */
  readonly filesRoot: string;
  /** What happens among the workers; grows while the story goes on. */
  readonly events: readonly TopologyEvent[];
  /** Aborted when the user wants no more: nothing is asked of the topology from then on. */
  readonly interruption: AbortSignal;
  readonly onStep: (line: string) => void;
}

/** The accounts after one part of the story. */
export interface Settlement {
  readonly title: string;
  readonly accounts: Accounts;
  readonly reckoning: Reckoning;
}

/** Of the missing files, so many are never provided: a replay is no promise. */
const NEVER_PROVIDED = 3;
const REPLAYS_PER_SECOND = 50;
const COUNTING_DEADLINE_MS = 5000;

/**
 * Sends the jobs, kills a worker when a third of them is done, and waits until every job has ended and the dead worker's shards
 * are folded. Then it provides most of the missing files and replays the dead letters. After each part it sets the accounts
 * against each other.
 */
export async function runDemo(options: DemoOptions): Promise<readonly Settlement[]> {
  const { topology, plan, filesRoot, events, interruption, onStep } = options;
  const { apiUrl, exporterUrl, multiprocDir } = topology;
  const count = plan.jobs.length;
  const watch = watchTotals(exporterUrl, interruption);

  const sending = sendJobs(apiUrl, plan.jobs).then(() => onStep(`jobs            ${count} sent to the API`));
  // Awaited further down; until then a failure is not an unhandled one.
  sending.catch(() => undefined);
  await waitUntil('a third of the jobs done', () => watch.latest().succeeded >= count / 3);
  const victim = livingWorkers(events)[0]!;
  const eventsBefore = events.length;
  const inHandAtKill = await killWorker(multiprocDir, victim);
  onStep(
    `kill -9         worker ${victim}, which has ${inHandAtKill} ${inHandAtKill === 1 ? 'job' : 'jobs'} in hand`,
  );

  await sending;
  await waitUntil('every job ended', async () => (await endedJobs(apiUrl)) === count);
  await waitUntil('the dead worker replaced, its shards folded', () =>
    hasRecovered(events.slice(eventsBefore), victim),
  );
  const settle = async (title: string, hopeless: number): Promise<Settlement> => {
    // A worker counts an end when the broker has heard of it. If it never does, the reckoning says so.
    const isCounted = async (): Promise<boolean> => {
      const { started, succeeded, failed } = await readTaskTotals(exporterUrl);
      return started - succeeded - failed === inHandAtKill;
    };
    await waitUntil('the ends counted', isCounted, COUNTING_DEADLINE_MS).catch(() => undefined);
    const api = await scrape(apiUrl);
    const accounts: Accounts = {
      accepted: total(api, 'api_jobs_accepted_total'),
      replayed: total(api, 'queue_dead_letters_replayed_total'),
      hopeless,
      broker: await readLedger(topology.broker),
      exporter: await readTaskTotals(exporterUrl),
      inHandAtKill,
      inHandAtMost: JOBS_IN_HAND_PER_WORKER,
      falls: watch.falls(),
    };
    return { title, accounts, reckoning: reckon(accounts) };
  };
  const before = await settle('Before the replay', plan.missing.length);

  const { letters } = await listDeadLetters(apiUrl);
  onStep(`dead letters    ${letters.length}, such as ${letters[0]?.id} in ${letters[0]?.queue}`);
  const provided = plan.missing.slice(NEVER_PROVIDED);
  for (const file of provided) await writeFile(path.join(filesRoot, file), `${file}\n`);
  onStep(`files           ${provided.length} of the ${plan.missing.length} missing ones provided`);
  const replay = await replayDeadLetters(apiUrl, REPLAYS_PER_SECOND);
  onStep(`replay          ${replay.done} of ${replay.found} dead letters put back to work`);

  await waitUntil('the replayed jobs ended', async () => (await endedJobs(apiUrl)) === count + replay.done);
  const after = await settle('After the replay', NEVER_PROVIDED);
  const scrapes = await watch.stop();
  onStep(`done            every job has ended; scraped ${scrapes} times meanwhile`);
  return [before, after];
}

/** File jobs that are over, as the API's gauges say. */
async function endedJobs(apiUrl: string): Promise<number> {
  const over = new Set(['completed', 'failed']);
  return total(
    await scrape(apiUrl),
    'queue_depth',
    ({ queue, state }) => FILE_QUEUES.includes(queue!) && over.has(state!),
  );
}
