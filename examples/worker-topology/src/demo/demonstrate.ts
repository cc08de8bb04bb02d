import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { startTopology, type Topology } from '../deployment/start-topology.js';
import type { TopologyEvent } from '../process/messages.js';
import { linkFiles } from './link-files.js';
import { planJobs } from './plan-jobs.js';
import { runDemo } from './run-demo.js';
import { renderTable } from './table.js';
import { describeEvent } from './worker-log.js';

const JOB_COUNT = 400;
const WORKER_COUNT = 3;
const PACKAGES = ['@electric-sql/pglite', 'fastify', 'pg-boss', 'prom-client'];

/** How to run the demo. */
export interface DemonstrationOptions {
  /** An empty directory. */
  readonly directory: string;
  /** Leave the topology running until the interruption. */
  readonly keep: boolean;
  /** Aborted when the user wants no more. */
  readonly interruption: AbortSignal;
}

/**
 * The demo from the first process to the last: a line per step, the table, and how to look for oneself.
 *
 * @returns Whether the sums hold. No process is left then.
 * @throws If it is interrupted before the table, or a process fails. No process is left then either.
 */
export async function demonstrate({ directory, keep, interruption }: DemonstrationOptions): Promise<boolean> {
  const began = performance.now();
  const say = (line: string): void => {
    if (interruption.aborted) return;
    console.log(`${((performance.now() - began) / 1000).toFixed(1).padStart(5)} s  ${line}`);
  };
  const events: TopologyEvent[] = [];
  const nodeModules = fileURLToPath(new URL('../node_modules', import.meta.url));

  say(`directory       ${directory}`);
  const [multiprocDir, filesRoot] = [path.join(directory, 'metrics'), path.join(directory, 'files')];
  await Promise.all([mkdir(multiprocDir), mkdir(filesRoot)]);
  const topology = await startTopology({
    programs: new URL('./', import.meta.url),
    multiprocDir,
    filesRoot,
    workerCount: WORKER_COUNT,
    databaseUrl: process.env['DATABASE_URL'],
    onStep: say,
    onEvent(event) {
      events.push(event);
      say(describeEvent(event));
    },
  });
  try {
    interruption.throwIfAborted();
    const whenInterrupted = once(interruption, 'abort');
    const plan = planJobs(await linkFiles(filesRoot, nodeModules, PACKAGES), JOB_COUNT);
    const settlements = await Promise.race([
      runDemo({ topology, plan, filesRoot, events, interruption, onStep: say }),
      whenInterrupted.then(() => Promise.reject(interruption.reason)),
    ]);
    const checks = settlements.flatMap(({ reckoning }) => reckoning.checks);
    const sumsHold = checks.every((check) => check.holds);
    for (const { title, accounts, reckoning } of settlements)
      console.log(`\n${title}\n${renderTable(accounts, reckoning)}`);
    console.log(sumsHold ? '\nThe sums hold.\n' : '\nTHE SUMS DO NOT HOLD.\n');
    console.log(howToLook(topology, keep));
    if (keep) await whenInterrupted;
    return sumsHold;
  } finally {
    await topology.stop();
  }
}

function howToLook({ apiUrl, exporterUrl }: Topology, keep: boolean): string {
  if (!keep) return 'To look at both /metrics yourself: pnpm demo --keep';
  return [
    'Everything keeps running. From another terminal:',
    `  curl -s ${apiUrl}/metrics   # the API: itself, and the queues as the broker has them`,
    `  curl -s ${exporterUrl}/metrics   # the exporter: the tasks of all workers, dead ones included`,
    `  curl -s ${apiUrl}/jobs -H 'content-type: application/json' \\`,
    `    -d '{"task":"hash-file","path":"packages/fastify/fastify.js"}'`,
    `  curl -s ${apiUrl}/health/data-plane   # a job, through the queue to a worker and back`,
    `  curl -s ${apiUrl}/dead-letters   # and POST ${apiUrl}/dead-letters/replay with -d '{"limit":1}'`,
    'Ctrl-C ends it all.',
  ].join('\n');
}
