import { execFile, fork, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, openSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Worker } from 'node:worker_threads';

import { loadNative } from '@promshard/native';
import { parseOwnerRecord } from '@promshard/shard-format';
import { describe, expect, onTestFinished, test, vi } from 'vitest';

import { openShardStore } from '../src/index.js';
import { readDirectory, temporaryDirectory } from './directory.js';
import { backends, hasAddon, pm2 } from './tools.js';

vi.setConfig({ testTimeout: 60_000 });

const run = promisify(execFile);

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

describe.each(backends)('on the %s backend', (backend) => {
  test('the primary and the workers of a cluster count into one directory, however each ends', async () => {
    const dir = temporaryDirectory();
    const { stdout } = await run(process.execPath, [fixture('cluster-app.mjs'), dir, backend]);
    expect(JSON.parse(stdout)).toEqual([
      [0, null],
      [null, 'SIGKILL'],
      [0, null],
    ]);
    expect(readDirectory(dir)).toEqual({
      values: { 'cluster_total role="primary"': 10, 'cluster_total role="worker"': 1 + 2 + 3 },
      problems: [],
    });
    expect(ownersIn(dir)).toHaveLength(4);
  });

  test.skipIf(pm2 === undefined)(
    'instances of PM2 in cluster mode count, one killed and all reloaded (skipped where TEST_TOOLS_PM2 names no PM2)',
    async () => {
      const dir = temporaryDirectory();
      const home = temporaryDirectory();
      const { stdout } = await run(process.execPath, [fixture('pm2-parent.mjs'), dir, backend, pm2 ?? ''], {
        env: { ...process.env, PM2_HOME: home, PM2_SILENT: 'true', PM2_DISABLE_VERSION_CHECK: 'true' },
      });
      expect(stdout.split('\n').at(-2)).toBe('{"lives":7}');
      expect(readDirectory(dir)).toEqual({ values: { pm2_total: 3 * 7 }, problems: [] });
      expect(ownersIn(dir)).toHaveLength(7);
    },
  );
});

test('processes and threads that merely inherit the environment leave nothing in the directory', async () => {
  const dir = temporaryDirectory();
  vi.stubEnv('PROMETHEUS_MULTIPROC_DIR', dir);
  onTestFinished(() => void vi.unstubAllEnvs());
  const store = openShardStore({ isolated: true });
  onTestFinished(() => store.close());
  const before = readdirSync(dir);
  for (let i = 0; i < 3; i++) {
    const child = fork(fixture('inheriting.mjs'), { execArgv: [] });
    expect(await once(child, 'message')).toEqual([dir, undefined]);
    await once(child, 'exit');
  }
  const thread = new Worker(fixture('inheriting.mjs'));
  const [ended, [inherited]] = await Promise.all([once(thread, 'exit'), once(thread, 'message')]);
  expect([ended, inherited]).toEqual([[0], dir]);
  expect(readdirSync(dir)).toEqual(before);
});

test.each(['own', 'other'])(
  'an installed copy of another version joins the first, whichever comes first: %s',
  async (first) => {
    const [dir, root] = [temporaryDirectory(), temporaryDirectory()];
    const own = fileURLToPath(new URL('..', import.meta.url));
    const copy = join(root, 'node_modules/@promshard/writer');
    cpSync(join(own, 'dist'), join(copy, 'dist'), { recursive: true });
    const manifest = JSON.parse(readFileSync(join(own, 'package.json'), 'utf8')) as object;
    writeFileSync(join(copy, 'package.json'), JSON.stringify({ ...manifest, version: '9.8.7' }));
    symlinkSync(join(own, 'node_modules'), join(copy, 'node_modules'));
    const { stdout } = await run(process.execPath, [
      fixture('two-copies.mjs'),
      dir,
      join(copy, 'dist/index.js'),
      first,
    ]);
    const { isOne, shardId } = JSON.parse(stdout) as { isOne: boolean; shardId: string };
    expect(isOne).toBe(true);
    expect(ownersIn(dir)).toEqual([`${shardId}.owner`]);
    const record = parseOwnerRecord(readFileSync(join(dir, `${shardId}.owner`), 'utf8'));
    expect(record?.writerVersion === '9.8.7').toBe(first === 'other');
    expect(readDirectory(dir)).toEqual({
      values: {
        'copies_total n="both"': 3,
        copies_size_sum: 0.5,
        'copies_size_bucket le="1.0"': 1,
        'copies_size_bucket le="+Inf"': 0,
        copies_open: 3,
      },
      problems: [],
    });
  },
);

function ownersIn(dir: string): string[] {
  return readdirSync(dir).filter((name) => name.endsWith('.owner'));
}

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
