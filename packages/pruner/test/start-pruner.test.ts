import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { ConfigError } from '@promshard/config';
import { describe, expect, test, vi } from 'vitest';

import { thisHost } from '../src/host.js';
import type { PruneReport } from '../src/prune-report.js';
import { PrunerError } from '../src/pruner-error.js';
import { startPruner, type Pruner, type PrunerOptions } from '../src/start-pruner.js';
import { putWriter, samples, scratchDirectory } from './scratch.js';

const { bootId, pidNamespace } = thisHost();

/** A writer that is surely dead: no process has such a PID. */
const putDead = (dir: string, i: number): string =>
  putWriter(dir, 2 ** 30 + i, { record: { bootId, pidNamespace } });

function start(
  dir: string,
  options: PrunerOptions = {},
): { pruner: Pruner; reports: PruneReport[]; errors: PrunerError[] } {
  const reports: PruneReport[] = [];
  const errors: PrunerError[] = [];
  const pruner = startPruner({
    dir,
    env: {},
    intervalMs: 3_600_000,
    onReport: (report) => reports.push(report),
    onError: (error) => errors.push(error),
    ...options,
  });
  return { pruner, reports, errors };
}

describe.skipIf(process.platform !== 'linux')('a started pruner (Linux only)', () => {
  test('runs at once, then at its interval', async () => {
    const dir = scratchDirectory();
    const { pruner, reports } = start(dir, { intervalMs: 10 });
    await vi.waitFor(() => expect(reports.length).toBeGreaterThan(2), { timeout: 20_000 });
    putDead(dir, 1);
    await vi.waitFor(
      async () => expect(await samples(dir)).toMatchObject({ multiproc_pruned_files_total: 1 }),
      {
        timeout: 20_000,
      },
    );
    await pruner.close();
    const count = reports.length;
    await expect(pruner.pruneNow()).rejects.toMatchObject({ code: 'closed' });
    expect(reports).toHaveLength(count);
  });

  test('runs when asked, and what has died by then is folded', async () => {
    const dir = scratchDirectory();
    const { pruner, reports } = start(dir);
    // The first run is under way: whether it sees this writer is open, but the run that was asked for must.
    putDead(dir, 1);
    const [one, other] = await Promise.all([pruner.pruneNow(), pruner.pruneNow()]);
    expect(one).toBe(other);
    expect(await samples(dir)).toMatchObject({ jobs_total: 1 });
    expect(reports).toHaveLength(2);
    expect(await pruner.pruneNow()).toMatchObject({ kind: 'done' });
    await pruner.close();
    expect(readdirSync(dir).filter((name) => name.endsWith('.owner'))).toEqual([]);
  });

  test('tells of a run that failed, and goes on', async () => {
    const dir = scratchDirectory();
    writeFileSync(join(dir, 'folded.json'), 'damaged');
    const { pruner, errors, reports } = start(dir);
    await pruner.pruneNow();
    expect(errors[0]).toBeInstanceOf(PrunerError);
    expect(errors[0]).toMatchObject({ code: 'pointer-damaged', dir });
    expect(reports).toEqual([
      expect.objectContaining({ kind: 'failed' }),
      expect.objectContaining({ kind: 'failed' }),
    ]);
    await pruner.close();
  });

  test('warns of a directory that overflows, once until it is over, and counts each run', async () => {
    const dir = scratchDirectory();
    const record = { bootId, pidNamespace, processStartTime: null };
    const living = putWriter(dir, process.pid, { record, gauges: { max: 1 } });
    const { pruner, errors } = start(dir, { maxFiles: 3 });
    await pruner.pruneNow();
    await pruner.pruneNow();
    expect(errors).toHaveLength(1);
    expect(errors[0]).toMatchObject({ code: 'overflow' });
    expect(errors[0]?.message).toContain('of 3 files');
    expect(await samples(dir)).toMatchObject({ jobs_total: 1, multiproc_dir_overflow_total: 3 });
    expect(readdirSync(dir)).toContain(`counter_${living}.db`);
    await pruner.close();
  });

  test('survives a listener that throws, and tells of it', async () => {
    const dir = scratchDirectory();
    let calls = 0;
    const fail = (): never => {
      calls++;
      throw new Error('of the listener');
    };
    const { pruner, errors } = start(dir, { onReport: fail, intervalMs: 10 });
    await vi.waitFor(() => expect(calls).toBeGreaterThan(2), { timeout: 20_000 });
    await pruner.close();
    expect(errors[0]?.message).toContain('of the listener');
  });

  test('says how to end a lock that nobody can get', async () => {
    const dir = scratchDirectory();
    const holder = { formatVersion: 1, pid: 7, threadId: 0, processStartTime: null, bootId: 'boot-before' };
    const lock = {
      ...holder,
      pidNamespace: null,
      createdAt: 1,
      writerVersion: '0.0.0',
      locked: false,
      released: 0,
    };
    writeFileSync(join(dir, 'pruner-3.lock'), `${JSON.stringify(lock)}\n`);
    const { pruner, errors } = start(dir);
    expect(await pruner.pruneNow()).toMatchObject({ kind: 'busy', holder: { epoch: 3, pid: 7 } });
    expect(errors[0]).toMatchObject({ code: 'lock-blocked' });
    expect(errors[0]?.message).toContain('then delete pruner-3.lock');
    await pruner.close();
  });

  test('keeps off while another pruner of this process is at work', async () => {
    const dir = scratchDirectory();
    const [one, two] = [start(dir), start(dir)];
    const reports = await Promise.all([one.pruner.pruneNow(), two.pruner.pruneNow()]);
    expect(reports.every(({ kind }) => kind === 'done' || kind === 'busy')).toBe(true);
    await Promise.all([one.pruner.close(), two.pruner.close()]);
    expect(one.errors).toEqual([]);
  });
});

test('a directory that cannot be used is an error at the start', () => {
  expect(() => startPruner({ env: {} })).toThrow(ConfigError);
  expect(() => startPruner({ env: {}, dir: 'relative' })).toThrow(ConfigError);
});
