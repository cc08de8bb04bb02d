import { spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { createInterface } from 'node:readline';
import { Worker } from 'node:worker_threads';

import { describe, expect, onTestFinished, test, vi } from 'vitest';

import type { PruneReport } from '../src/prune-report.js';
import { startPruner, type Pruner } from '../src/start-pruner.js';
import { writerCommand } from './containers.js';
import { addonIsAbsent, fixture, pm2, runNode, startProgram } from './processes.js';
import { samples, scratchDirectory } from './scratch.js';

/** A pruner that runs by itself once only. */
async function idlePruner(dir: string): Promise<{ pruner: Pruner; reports: PruneReport[] }> {
  const reports: PruneReport[] = [];
  const onReport = (report: PruneReport): void => void reports.push(report);
  const pruner = startPruner({ dir, env: {}, intervalMs: 3_600_000, onReport });
  onTestFinished(() => pruner.close());
  await pruner.pruneNow();
  reports.length = 0;
  return { pruner, reports };
}

describe.skipIf(process.platform !== 'linux')(
  'a pruner that watches (Linux only)',
  { timeout: 60_000 },
  () => {
    test('folds a child process at its exit', async () => {
      const dir = scratchDirectory();
      const { pruner, reports } = await idlePruner(dir);
      const [program = '', ...args] = writerCommand('pwrite', dir);
      const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] });
      onTestFinished(() => void child.kill('SIGKILL'));
      pruner.watch(child);
      const lines = createInterface({ input: child.stdout });
      await once(lines, 'line');
      child.stdin.write('count 3\n');
      await once(lines, 'line');
      child.kill('SIGKILL');
      await vi.waitFor(() => expect(reports).toHaveLength(1), { timeout: 20_000 });
      expect(reports[0]).toMatchObject({ kind: 'done', writers: [{ liveness: { kind: 'dead' } }] });
      expect(await samples(dir)).toMatchObject({ jobs_total: 3 });
    });

    test.skipIf(addonIsAbsent)(
      'folds a worker thread at its exit (skipped where the addon is not compiled)',
      async () => {
        const dir = scratchDirectory();
        const { pruner, reports } = await idlePruner(dir);
        const worker = new Worker(fixture('counting-writer'), { workerData: [dir, 'mmap'] });
        pruner.watch(worker);
        await once(worker, 'message');
        worker.postMessage('count 3');
        await once(worker, 'message');
        await worker.terminate();
        await vi.waitFor(() => expect(reports).toHaveLength(1), { timeout: 20_000 });
        expect(reports[0]).toMatchObject({ writers: [{ liveness: { kind: 'dead', reason: 'lock-free' } }] });
        expect(await samples(dir)).toMatchObject({ jobs_total: 3 });
      },
    );

    test('folds a worker of node:cluster at its exit', async () => {
      const dir = scratchDirectory();
      const parent = startProgram([process.execPath, fixture('cluster-parent'), dir]);
      expect(JSON.parse(await parent.line())).toMatchObject({
        kind: 'done',
        writers: [{ liveness: { kind: 'dead' } }],
      });
      expect(await samples(dir)).toMatchObject({ jobs_total: 3 });
    });

    test.skipIf(pm2 === undefined)(
      'folds a process of PM2 at its exit (skipped where PROMSHARD_PM2 names no PM2)',
      async () => {
        const dir = scratchDirectory();
        const env = { PM2_HOME: scratchDirectory(), PM2_SILENT: 'true', PM2_DISABLE_VERSION_CHECK: 'true' };
        const { stdout, stderr } = await runNode([fixture('pm2-parent'), dir, pm2 ?? ''], env);
        expect(stdout.split('\n').at(-2) ?? stderr).toContain('"kind":"dead"');
        expect(await samples(dir)).toMatchObject({ jobs_total: 3 });
      },
    );

    test('runs once more for any number of exits during a run, and not for what is no exit', async () => {
      const { pruner, reports } = await idlePruner(scratchDirectory());
      const source = new EventEmitter();
      const stop = pruner.watch(source, 'process:event');
      source.emit('process:event', { event: 'online' });
      for (let i = 0; i < 10; i++) source.emit('process:event', { event: 'exit' });
      await pruner.pruneNow();
      expect(reports).toHaveLength(2);
      stop();
      expect(source.listenerCount('process:event')).toBe(0);
      pruner.watch(source);
      await pruner.close();
      expect(source.listenerCount('exit')).toBe(0);
    });
  },
);
