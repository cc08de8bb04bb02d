import { parseExposition } from '@promshard/exposition';
import { expect, test } from 'vitest';

import type { Job } from '../src/job.js';
import { hasNative, hasTool } from '../../../tests/support/tools.js';
import { scrape, total, valuesOf, watchCounters } from './exposition.js';
import { killBusy } from './kill-busy.js';
import { waitFor } from './programs.js';
import { filesOf, type SideBySide, startSideBySide } from './side-by-side.js';

// Whether anybody writes to a file of Python's is asked of the kernel, by the addon.
const missing = process.platform !== 'linux' || !hasTool('celery') || !hasNative();

const WELL: Job = { task: 'hash-file', args: [import.meta.filename] };
const MISSING: Job = { task: 'hash-file', args: ['/no/such/file'] };
const SLOW: Job = { task: 'call-service', args: [0.05] };

function jobs(well: number, missingFiles: number, slow: number): Job[] {
  return [
    ...Array.from({ length: slow }, () => SLOW),
    ...Array.from({ length: well }, () => WELL),
    ...Array.from({ length: missingFiles }, () => MISSING),
  ];
}

/** Waits until every job has ended and been counted, and returns the scrape that says so. */
async function settled(run: SideBySide, ended: number): ReturnType<typeof scrape> {
  return waitFor(`${ended} ended jobs`, async () => {
    const families = await scrape(run.metricsUrl);
    const count = total(families, 'task_success_total') + total(families, 'task_failure_total');
    const inProgress = total(families, 'tasks_in_progress');
    return count >= ended && inProgress === 0 ? families : undefined;
  });
}

/** Waits until the pruner has folded what these left, and has nothing more to do. */
async function folded(run: SideBySide, pids: readonly number[]): Promise<void> {
  await waitFor('folded shards', async () => {
    if (pids.some((pid) => filesOf(run.dir, pid).length > 0)) return undefined;
    return total(await scrape(run.metricsUrl), 'multiproc_orphan_files_detected') === 0 || undefined;
  });
}

/** What both readers make of the directory; the exporter has its own process's metrics besides. */
async function expectSameAsPython(run: SideBySide): Promise<void> {
  const python = valuesOf(parseExposition(await run.pythonCollector()).families);
  const exporter = valuesOf(await scrape(run.metricsUrl));
  expect(python.size).toBeGreaterThan(30);
  for (const [series, value] of python) {
    // Sums of fractions are added up in another order.
    expect(exporter.get(series), series).toBeCloseTo(value, 9);
  }
}

test.skipIf(missing)(
  'Celery and Node.js add up to one set of totals, whoever is killed (skipped where Celery or the addon is not installed)',
  async () => {
    const run = await startSideBySide();
    const watch = watchCounters(run.metricsUrl);

    // One family, one series for each task, whoever did it.
    run.sendToNode(jobs(20, 2, 5));
    await run.sendToCelery(jobs(30, 3, 5));
    let families = await settled(run, 65);
    expect(await run.celeryResults()).toEqual({ SUCCESS: 35, FAILURE: 3 });
    expect(total(families, 'task_started_total')).toBe(65);
    expect(total(families, 'task_success_total', 'hash-file')).toBe(50);
    expect(total(families, 'task_success_total', 'call-service')).toBe(10);
    expect(total(families, 'task_failure_total', 'hash-file')).toBe(5);
    expect(total(families, 'task_duration_seconds_count')).toBe(65);
    expect(total(families, 'promshard_exporter_problems')).toBe(0);
    await expectSameAsPython(run);

    // A process of each side is killed with a job in hand. Another one does the job, so it begins twice.
    const kills = [killBusy(run.dir, run.celeryProcesses), killBusy(run.dir, run.nodeWorkers)];
    run.sendToNode(jobs(10, 0, 40));
    await run.sendToCelery(jobs(10, 0, 40));
    const victims = await Promise.all(kills);
    families = await settled(run, 165);
    expect(await run.celeryResults()).toEqual({ SUCCESS: 85, FAILURE: 3 });
    expect(total(families, 'task_success_total')).toBe(160);
    expect(total(families, 'task_failure_total')).toBe(5);
    expect(total(families, 'task_started_total')).toBe(165 + 2);
    await folded(run, victims);
    await expectSameAsPython(run);

    // All of Celery is killed, and the pool ends.
    const celery = run.celeryProcesses();
    await run.celery.end('SIGKILL');
    for (const pid of celery) process.kill(pid, 'SIGKILL');
    run.pool.child.stdin!.end();
    await folded(run, [...celery, ...run.nodeWorkers()]);
    expect(run.pool.output()).toContain('all done: 75 well, 2 with an error');
    const { scrapes, falls } = await watch.stop();
    expect(falls).toEqual([]);
    expect(scrapes).toBeGreaterThan(10);
    families = await scrape(run.metricsUrl);
    expect(total(families, 'task_success_total')).toBe(160);
    expect(total(families, 'task_failure_total')).toBe(5);
    expect(total(families, 'task_started_total')).toBe(167);
    expect(total(families, 'tasks_in_progress')).toBe(0);
    await expectSameAsPython(run);
  },
);
