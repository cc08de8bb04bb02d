import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';

import { loadNative } from '@promshard/native';
import { parseOwnerRecord } from '@promshard/shard-format';
import { describe, expect, test, vi } from 'vitest';

import { readDirectory, temporaryDirectory } from './directory.js';
import { backends, hasAddon } from './tools.js';

vi.setConfig({ testTimeout: 60_000 });

const fixture = (name: string): string => fileURLToPath(new URL(`fixtures/${name}`, import.meta.url));

/** Lets a process count, kills it in the middle, and tells what it had acknowledged. */
async function countUntilKilled(dir: string, backend: string, lines: number): Promise<number> {
  const child = spawn(process.execPath, [fixture('count-until-killed.mjs'), dir, backend], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let acknowledged = 0;
  const exit = once(child, 'exit');
  for await (const line of createInterface({ input: child.stdout })) {
    acknowledged = Number(line);
    if (acknowledged === lines) child.kill('SIGKILL');
  }
  expect(await exit).toEqual([null, 'SIGKILL']);
  return acknowledged;
}

function sumOf(values: Record<string, number>, sample: string): number {
  return Object.entries(values)
    .filter(([series]) => series === sample || series.startsWith(`${sample} `))
    .reduce((sum, [, value]) => sum + value, 0);
}

describe('a process killed with SIGKILL', () => {
  test.skipIf(!hasAddon)('loses nothing on the mmap backend (skipped without the addon)', async () => {
    const dir = temporaryDirectory();
    for (const lines of [1, 250, 1777]) {
      const before = sumOf(readDirectory(dir).values, 'acknowledged_total');
      const acknowledged = await countUntilKilled(dir, 'mmap', lines);
      const { values, problems } = readDirectory(dir);
      expect(problems).toEqual([]);
      const counted = sumOf(values, 'acknowledged_total') - before;
      // One more may have been counted and not yet said.
      expect([acknowledged, acknowledged + 1]).toContain(counted);
    }
  });

  test('loses at most its current turn on the pwrite backend', async () => {
    const dir = temporaryDirectory();
    const acknowledged = await countUntilKilled(dir, 'pwrite', 1777);
    const { values, problems } = readDirectory(dir);
    expect(problems).toEqual([]);
    // Its turns are of 100 increments, and each ends with a flush.
    const counted = sumOf(values, 'acknowledged_total');
    expect(counted).toBeGreaterThanOrEqual(acknowledged - 100);
    expect(counted).toBeLessThanOrEqual(acknowledged + 1);
    expect(sumOf(values, 'size_bucket')).toBe(sumOf(values, 'size_sum'));
  });
});

describe.each(backends)('on the %s backend', (backend) => {
  test.each([
    ['return', 0],
    ['exit', 0],
    ['throw', 1],
    // Such a listener runs behind the store's own.
    ['exit listener', 0],
  ])('a process that ends by %s leaves all that it counted', (ending, status) => {
    const dir = temporaryDirectory();
    const result = spawnSync(process.execPath, [fixture('count-and-leave.mjs'), dir, backend, ending], {
      timeout: 20_000,
    });
    expect(result.status).toBe(status);
    expect(readDirectory(dir)).toEqual({ values: { left_total: 7 }, problems: [] });
  });

  test('each worker thread has a store of its own, which stays when the thread ends or is terminated', async () => {
    const dir = temporaryDirectory();
    const ending = new Worker(fixture('thread.mjs'), { workerData: { dir, backend, waits: false } });
    const ended = once(ending, 'exit');
    const [endedId] = (await once(ending, 'message')) as [string];
    await ended;
    const waiting = new Worker(fixture('thread.mjs'), { workerData: { dir, backend, waits: true } });
    const [waitingId] = (await once(waiting, 'message')) as [string];
    expect(waitingId).toMatch(new RegExp(`^${process.pid}t[0-9]+-[0-9a-f]{16}$`));
    expect(canLock(dir, waitingId)).toBe(hasAddon ? false : undefined);
    await waiting.terminate();

    expect(readDirectory(dir)).toEqual({ values: { threads_total: 6 }, problems: [] });
    expect(canLock(dir, waitingId)).toBe(hasAddon ? true : undefined);
    expect(canLock(dir, endedId)).toBe(hasAddon ? true : undefined);
  });
});

/** Whether a writer's owner record can be locked, which says that it is dead; undefined without the addon. */
function canLock(dir: string, id: string): boolean | undefined {
  const { addon } = loadNative();
  const path = join(dir, `${id}.owner`);
  expect(existsSync(path)).toBe(true);
  expect(parseOwnerRecord(readFileSync(path, 'utf8'))).toMatchObject({ pid: process.pid, locked: hasAddon });
  expect(readdirSync(dir).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  const fd = openSync(path, 'r');
  const locked = addon?.tryLock(fd);
  addon?.unlock(fd);
  return locked;
}
