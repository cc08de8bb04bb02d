import { readLedger } from '../broker/read-ledger.js';
import type { Topology } from '../deployment/start-topology.js';
import type { TopologyEvent } from '../process/messages.js';
import { DEAD_LETTER_QUEUE, JOBS_IN_HAND_PER_WORKER } from '../topology.js';
import { killWorker } from './kill-worker.js';
import type { JobPlan } from './plan-jobs.js';
import { type Accounts, reckon, type Reckoning } from './reckoning.js';
import { scrape, total } from './scrape.js';
import { sendJobs } from './send-jobs.js';
import { waitUntil } from './wait-until.js';
import { readTaskTotals, watchTotals } from './watch-totals.js';
import { hasRecovered, livingWorkers } from './worker-log.js';

/** What the story needs. */
export interface DemoOptions {
  readonly topology: Topology;
  readonly plan: JobPlan;
  /** What happens among the workers; grows while the story goes on. */
  readonly events: readonly TopologyEvent[];
  /** Aborted when the user wants no more: nothing is asked of the topology from then on. */
  readonly interruption: AbortSignal;
  readonly onStep: (line: string) => void;
}

/** How the story ended. */
export interface DemoResult {
  readonly accounts: Accounts;
  readonly reckoning: Reckoning;
}

/**
 * Sends the jobs, kills a worker when a third of them is done, waits until every job has ended and the dead
 * worker's shards are folded, and sets the accounts against each other.
 */
export async function runDemo(options: DemoOptions): Promise<DemoResult> {
  const { topology, plan, events, interruption, onStep } = options;
  const { apiUrl, exporterUrl, multiprocDir } = topology;
  const count = plan.jobs.length;
  const watch = watchTotals(exporterUrl, interruption);

  const sending = sendJobs(apiUrl, plan.jobs).then(() => onStep(`jobs            ${count} sent to the API`));
  // Awaited further down; until then a failure is not an unhandled one.
  sending.catch(() => undefined);
  await waitUntil('a third of the jobs done', () => watch.latest().succeeded >= count / 3);
  const victim = livingWorkers(events)[0]!;
  const eventsBefore = events.length;
  const inHand = await killWorker(multiprocDir, victim);
  onStep(`kill -9         worker ${victim}, which has ${inHand} ${inHand === 1 ? 'job' : 'jobs'} in hand`);

  await sending;
  await waitUntil('no job waiting or active', async () => (await unfinishedJobs(apiUrl)) === 0);
  await waitUntil('the dead worker replaced, its shards folded', () =>
    hasRecovered(events.slice(eventsBefore), victim),
  );
  const { scrapes, falls } = await watch.stop();
  onStep(`done            every job has ended; scraped ${scrapes} times meanwhile`);

  const accounts: Accounts = {
    accepted: total(await scrape(apiUrl), 'api_jobs_accepted_total'),
    hopeless: plan.hopeless,
    broker: await readLedger(topology.broker),
    exporter: await readTaskTotals(exporterUrl),
    inHandAtKill: inHand,
    inHandAtMost: JOBS_IN_HAND_PER_WORKER,
    falls,
  };
  return { accounts, reckoning: reckon(accounts) };
}

/** Jobs that a worker has in hand or will take, as the API's gauges say. */
async function unfinishedJobs(apiUrl: string): Promise<number> {
  const unfinished = new Set(['created', 'retry', 'active']);
  return total(
    await scrape(apiUrl),
    'queue_jobs',
    ({ queue, state }) => queue !== DEAD_LETTER_QUEUE && unfinished.has(state!),
  );
}
