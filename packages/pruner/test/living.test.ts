import { readFileSync } from 'node:fs';

import { describe, expect, test } from 'vitest';

import { thisHost } from '../src/host.js';
import type { PruneOptions } from '../src/prune.js';
import { prune } from '../src/prune.js';
import { addonIsAbsent, namespacesAreForbidden, startWriter } from './processes.js';
import { samples, scratchDirectory } from './scratch.js';

/** Runs the pruner, and gives its judgements by id; whatever it judges, no count may be lost. */
async function judge(dir: string, options: Partial<PruneOptions> = {}): Promise<Record<string, string>> {
  const before = await samples(dir);
  const report = await prune({ dir, ...options });
  if (report.kind !== 'done') throw new Error(JSON.stringify(report));
  expect((await samples(dir))['jobs_total']).toBe(before['jobs_total']);
  return Object.fromEntries(
    report.writers.map(({ id, liveness }) => [id, `${liveness.kind}: ${liveness.reason}`]),
  );
}

describe.skipIf(addonIsAbsent)('a writer with a lock (skipped where the addon is not compiled)', () => {
  test('lives until it is killed', async () => {
    const dir = scratchDirectory();
    const writer = await startWriter([dir, 'locked']);
    expect(await judge(dir)).toEqual({ [writer.id]: 'alive: lock-held' });
    await writer.kill();
    expect(await judge(dir)).toEqual({ [writer.id]: 'dead: lock-free' });
    expect(await judge(dir)).toEqual({});
  });

  test('lives while it is stopped', async () => {
    const dir = scratchDirectory();
    const writer = await startWriter([dir, 'locked']);
    writer.child.kill('SIGSTOP');
    expect(await judge(dir)).toEqual({ [writer.id]: 'alive: lock-held' });
  });

  test('lives in its process and in its thread apart', async () => {
    const dir = scratchDirectory();
    const process = await startWriter([dir, 'locked']);
    const thread = await startWriter([dir, 'locked', 'thread']);
    expect(await judge(dir)).toEqual({ [process.id]: 'alive: lock-held', [thread.id]: 'alive: lock-held' });
    thread.child.stdin.write('terminate\n');
    expect(await thread.line()).toBe('terminated');
    expect(await judge(dir)).toEqual({ [process.id]: 'alive: lock-held', [thread.id]: 'dead: lock-free' });
  });

  test('is judged by its process where the pruner has no addon', async () => {
    const dir = scratchDirectory();
    const writer = await startWriter([dir, 'locked']);
    expect(await judge(dir, { native: false })).toEqual({ [writer.id]: 'alive: process-runs' });
    await writer.kill();
    expect(await judge(dir, { native: false })).toEqual({ [writer.id]: 'dead: process-gone' });
  });

  describe.skipIf(namespacesAreForbidden)(
    'in another PID namespace (skipped where unshare is forbidden)',
    () => {
      const elsewhere = ['unshare', '--pid', '--fork', '--kill-child', '--mount-proc'];

      test('is judged by its lock, though two of them have one PID', async () => {
        const dir = scratchDirectory();
        const first = await startWriter([dir, 'locked'], elsewhere);
        const second = await startWriter([dir, 'locked'], elsewhere);
        expect(first.id.split('-')[0]).toBe(second.id.split('-')[0]);
        expect(await judge(dir)).toEqual({ [first.id]: 'alive: lock-held', [second.id]: 'alive: lock-held' });
        await first.kill();
        await expect
          .poll(() => judge(dir), { timeout: 20_000 })
          .toMatchObject({ [second.id]: 'alive: lock-held', [first.id]: 'dead: lock-free' });
      });

      test('and without a lock, is never judged', async () => {
        const dir = scratchDirectory();
        const writer = await startWriter([dir, 'unlocked'], elsewhere);
        await writer.kill();
        expect(await judge(dir)).toEqual({ [writer.id]: 'unknown: elsewhere' });
      });
    },
  );
});

describe.skipIf(process.platform !== 'linux')('a writer without a lock (Linux only)', () => {
  test('lives as long as its process', async () => {
    const dir = scratchDirectory();
    const writer = await startWriter([dir, 'unlocked']);
    expect(await judge(dir)).toEqual({ [writer.id]: 'alive: process-runs' });
    await writer.kill();
    expect(await judge(dir)).toEqual({ [writer.id]: 'dead: process-gone' });
  });

  test('lives while it is stopped', async () => {
    const dir = scratchDirectory();
    const writer = await startWriter([dir, 'unlocked']);
    writer.child.kill('SIGSTOP');
    expect(await judge(dir)).toEqual({ [writer.id]: 'alive: process-runs' });
  });

  test('lives in its process and in its thread together', async () => {
    const dir = scratchDirectory();
    const thread = await startWriter([dir, 'unlocked', 'thread']);
    thread.child.stdin.write('terminate\n');
    expect(await thread.line()).toBe('terminated');
    expect(await judge(dir)).toEqual({ [thread.id]: 'alive: process-runs' });
    await thread.kill();
    expect(await judge(dir)).toEqual({ [thread.id]: 'dead: process-gone' });
  });

  test('is dead though a younger process has its PID', async () => {
    const dir = scratchDirectory();
    const writer = await startWriter([dir, 'unlocked']);
    const host = thisHost();
    const younger = { ...host, startTimeOf: (pid: number) => `${host.startTimeOf(pid)}0` };
    expect(await judge(dir, { native: false, host: younger })).toEqual({ [writer.id]: 'dead: pid-reused' });
  });

  test('keeps its count for every later writer with its PID', async () => {
    const dir = scratchDirectory();
    for (let i = 0; i < 3; i++) {
      const writer = await startWriter([dir, 'unlocked']);
      await writer.kill();
      await judge(dir);
    }
    expect(await samples(dir)).toMatchObject({ jobs_total: 3 });
    expect(readFileSync(`${dir}/folded.json`, 'utf8')).toContain('"formatVersion":1');
  });
});
