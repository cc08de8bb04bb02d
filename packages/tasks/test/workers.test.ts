import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

import { describe, expect, test, vi } from 'vitest';

import { createTaskMetrics, createWorkerExits } from '../src/index.js';
import { countingPlace } from './counts.js';

describe('the ends of workers', () => {
  test('are counted by reason, for processes and threads, each once', async () => {
    const { place, lines } = countingPlace();
    const exits = createWorkerExits(place);
    const children = [
      spawn(process.execPath, ['-e', '']),
      spawn(process.execPath, ['-e', 'throw new Error("not caught")'], { stdio: 'ignore' }),
      spawn(process.execPath, ['-e', 'process.exit(78)']),
      spawn(process.execPath, ['-e', 'process.kill(process.pid, "SIGKILL")']),
      spawn(process.execPath, ['-e', 'process.abort()'], { stdio: 'ignore' }),
    ];
    const missing = spawn('/nowhere/worker');
    const thread = new Worker('process.exit(3)', { eval: true });
    for (const worker of [...children, missing, thread]) exits.watch(worker);
    await Promise.all([
      ...children.map((child) => once(child, 'exit')),
      once(missing, 'error'),
      once(thread, 'exit'),
    ]);
    expect(await lines()).toEqual([
      'worker_exits_total{reason="clean"} 1',
      'worker_exits_total{reason="configuration"} 1',
      'worker_exits_total{reason="crashed"} 1',
      'worker_exits_total{reason="failed"} 2',
      'worker_exits_total{reason="killed"} 1',
      'worker_exits_total{reason="not_started"} 1',
    ]);
  });
});

test('errors of a worker that is watched stay for the application to hear', async () => {
  const exits = createWorkerExits(countingPlace().place);
  for (const worker of [
    spawn('/nowhere/worker'),
    new Worker('throw new Error("not caught")', { eval: true }),
  ]) {
    exits.watch(worker);
    expect(worker.listenerCount('error')).toBe(0);
    await once(worker, 'error');
  }
});

describe('a heartbeat', () => {
  test('is newer after each interval, and ends with the worker', async () => {
    const { place, all } = countingPlace();
    const metrics = createTaskMetrics({ ...place, taskNames: ['ship'] });
    const beat = async (): Promise<number> =>
      Number(/^worker_last_heartbeat_timestamp_seconds (\S+)/m.exec(await all())?.[1]);
    const before = Date.now() / 1000;
    const heartbeat = metrics.startHeartbeat({ intervalMs: 10 });
    const first = await beat();
    expect(first).toBeGreaterThanOrEqual(before);
    await vi.waitUntil(async () => (await beat()) > first);
    expect(await all()).toContain('\nworker_up 1\n');
    heartbeat.stop();
    heartbeat.stop();
    expect(await all()).toContain('\nworker_up 0\n');
    expect(() => metrics.startHeartbeat({ intervalMs: 0 })).toThrow(/intervalMs 0; expected/);
    expect(() => metrics.startHeartbeat({ interval: 10 } as never)).toThrow(
      'startHeartbeat(): interval: there is no such option; expected some of intervalMs.',
    );
    expect(() => createWorkerExits({ registries: [] } as never)).toThrow(
      'createWorkerExits(): registries: there is no such option; expected some of prefix, store, registers.',
    );
  });
});
