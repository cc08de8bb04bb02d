import { createTaskMetrics } from '@promshard/tasks';
import { instrumentPool } from '@promshard/tasks/piscina';
import { openShardStore } from '@promshard/writer';
import { Piscina } from 'piscina';
import { describe, expect, test } from 'vitest';

import { temporaryDirectory } from '../support/temporary-directory.js';
import { readFolded } from './read-counts.js';
import { topology } from './topology.mjs';
import { startWorker, type Told, type WorkerMessage } from './worker-process.js';

// What the shards of a process and of its threads say of the runs of a pool, beside what the pool's promises said.

describe('Piscina', () => {
  test('every count is what the pool said, after errors, aborted runs, threads that ended and a killed process', async () => {
    const dir = temporaryDirectory();
    const worker = await startWorker('piscina-main.mjs', { PROMETHEUS_MULTIPROC_DIR: dir });
    await worker.kill();
    const counts = await readFolded(dir);
    const isTold = (message: WorkerMessage): message is Extract<WorkerMessage, { kind: 'told' }> =>
      message.kind === 'told';
    const told: Told = worker.messages.find(isTold)?.told ?? {};
    expect(told['hanging']).toEqual({ fulfilled: 0, rejected: 7 });
    expect(told['late']).toEqual({ fulfilled: 0, rejected: 1 });

    for (const task of topology.taskNames) {
      const labels = { task_name: task };
      const { fulfilled, rejected } = told[task] ?? { fulfilled: 0, rejected: 0 };
      // Aborted while they waited: no attempts. And four that were killed with the process.
      const [never, lost] = task === 'hanging' ? [3, 4] : [0, 0];
      expect
        .soft(
          {
            started: counts.of('task_started_total', labels),
            success: counts.of('task_success_total', labels),
            failure: counts.of('task_failure_total', labels),
            waits: counts.of('task_wait_seconds_count', labels),
            retried: counts.of('task_retried_total', labels),
            deadLettered: counts.of('task_dead_lettered_total', labels),
            inProgress: counts.of('tasks_in_progress', labels),
          },
          task,
        )
        .toEqual({
          started: fulfilled + rejected - never + lost,
          success: fulfilled,
          failure: rejected - never,
          waits: fulfilled + rejected - never + lost,
          retried: 0,
          deadLettered: 0,
          inProgress: 0,
        });
    }
    const failures = (task: string, error: string): number =>
      counts.of('task_failure_total', { task_name: task, error_class: error });
    expect(failures('hanging', 'aborted')).toBe(4);
    // An error loses its code on the way between threads; its class is taken before.
    expect(failures('broken', 'connection')).toBe(6);
    expect(failures('hostile', 'not_an_error')).toBe(5);
    expect(counts.valuesOf('task_name')).toEqual([...topology.taskNames]);
  });

  test('data that were moved arrive whole, and are gone here', async () => {
    const store = openShardStore({ dir: temporaryDirectory(), isolated: true });
    const filename = new URL('piscina-echo.mjs', import.meta.url).href;
    const piscina = new Piscina({ filename, maxThreads: 1 });
    const pool = instrumentPool(piscina, createTaskMetrics({ taskNames: ['echo'], store }));
    const [bytes, other] = [new Uint8Array(5), new ArrayBuffer(3)];
    expect(await pool.run('echo', Piscina.move(bytes))).toBe('Uint8Array 5');
    expect(await pool.run('echo', Piscina.move(other), { transferList: [] })).toBe('ArrayBuffer 3');
    expect([bytes.byteLength, other.byteLength]).toEqual([0, 0]);
    expect(await pool.run('echo', new Uint8Array(4))).toBe('Uint8Array 4');
    await piscina.destroy();
    store.close();
  });
});
