import { spawnSync } from 'node:child_process';
import { readdirSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, onTestFinished, test } from 'vitest';

import { FOLD_LIMITS, type FoldLimits } from '../src/fold-dead.js';
import { openPruneDirectory, type PruneDirectory } from '../src/prune-directory.js';
import { prune } from '../src/prune.js';
import type { PruneReport } from '../src/prune-report.js';
import { mountsAreForbidden } from './processes.js';
import { machine, namesIn, putSeries, putWriter, samples, scratchDirectory } from './scratch.js';

const host = machine(1);
const run = (dir: string): Promise<PruneReport> => prune({ dir, host, native: false });

/** A file system of its own, of some blocks of 4 KiB. */
function mountScratch(blocks: number): string {
  const dir = scratchDirectory();
  mount('-t', 'tmpfs', '-o', `size=${blocks * 4}k`, 'tmpfs', dir);
  onTestFinished(() => void spawnSync('umount', ['-l', dir]));
  return dir;
}

function mount(...args: readonly string[]): void {
  const { status, stderr } = spawnSync('mount', args, { encoding: 'utf8' });
  expect(status, stderr).toBe(0);
}

describe.skipIf(mountsAreForbidden)('a directory (skipped where mount is not allowed)', () => {
  test('that is read-only is reported, and left as it is; writable again, it is folded', async () => {
    const dir = mountScratch(256);
    putWriter(dir, 11, { counter: 5 });
    await run(dir);
    putWriter(dir, 12, { counter: 6 });
    const before = namesIn(dir);
    mount('-o', 'remount,ro', dir);
    expect(await run(dir)).toMatchObject({ kind: 'failed', error: { code: 'not-permitted', dir } });
    expect(namesIn(dir)).toEqual(before);
    expect(await samples(dir)).toMatchObject({ jobs_total: 11 });
    mount('-o', 'remount,rw', dir);
    expect(await run(dir)).toMatchObject({ kind: 'done', folded: { length: 1 }, left: [] });
    expect(await samples(dir)).toMatchObject({ jobs_total: 11 });
  });

  test('on a full disk loses nothing, however little room there is, and the next run with room mends it', async () => {
    const codes = new Set<string>();
    for (let room = 0; room <= 24; room++) {
      const dir = mountScratch(256);
      putSeries(dir, 11, 100);
      await run(dir);
      for (const pid of [12, 13]) putSeries(dir, pid, 150);
      fillBut(dir, room);
      const report = await run(dir);
      codes.add(report.kind === 'failed' ? report.error.code : report.kind);
      const shown = await samples(dir);
      expect(shown['jobs_total kind=0'], `with ${room} blocks`).toBe(3);
      expect(shown['jobs_total kind=149'], `with ${room} blocks`).toBe(2);
      rmSync(join(dir, 'filler'));
      expect(await run(dir), `after ${room} blocks`).toMatchObject({ kind: 'done', left: [], mended: [] });
      const mended = await samples(dir);
      expect(mended['jobs_total kind=0']).toBe(3);
      expect(mended['multiproc_pruned_files_total']).toBe(3);
      expect(readdirSync(dir).filter((name) => name.endsWith('.tmp'))).toEqual([]);
    }
    expect([...codes].toSorted()).toEqual(['done', 'no-space']);
  });

  test('that gets full at any step of a run loses nothing, and the next run with room mends it', async () => {
    const codes = new Set<string>();
    let isHit = true;
    for (let step = 1; isHit; step++) {
      const dir = mountScratch(256);
      putSeries(dir, 11, 100);
      await run(dir);
      for (let pid = 100; pid < 106; pid++) putWriter(dir, pid);
      const { directory, steps } = fillingAt(openPruneDirectory(dir, undefined), step, () => fillBut(dir, 0));
      const report = await prune({ dir, host, native: false, directory, foldLimits: FORGETFUL });
      codes.add(report.kind === 'failed' ? report.error.code : report.kind);
      isHit = steps() >= step;
      const total = async (): Promise<unknown> => (await samples(dir))['jobs_total'];
      expect(await total(), `at step ${step}`).toBe(6);
      rmSync(join(dir, 'filler'), { force: true });
      expect(await run(dir), `after step ${step}`).toMatchObject({ kind: 'done', left: [] });
      expect(await total(), `mended after step ${step}`).toBe(6);
      expect((await samples(dir))['multiproc_pruned_files_total']).toBe(7);
      expect(readdirSync(dir).filter((name) => name.endsWith('.tmp'))).toEqual([]);
      expect(step).toBeLessThan(300);
    }
    expect([...codes].toSorted()).toEqual(['done', 'no-space']);
  });
});

test('a shard that vanishes while it is folded is reported, and the rest goes on', async () => {
  const dir = scratchDirectory();
  const id = putWriter(dir, 11, { counter: 5 });
  putWriter(dir, 12, { counter: 6 });
  const real = openPruneDirectory(dir, undefined);
  const name = `counter_${id}.db`;
  const directory = {
    ...real,
    read: (asked: string): Promise<Uint8Array | undefined> => {
      if (asked === name) unlinkSync(join(dir, name));
      return real.read(asked);
    },
  };
  const report = await prune({ dir, host, native: false, directory });
  expect(report).toMatchObject({
    kind: 'done',
    folded: { length: 1 },
    left: [{ file: name, reason: 'it vanished' }],
  });
  expect(await run(dir)).toMatchObject({ kind: 'done', left: [] });
  expect(namesIn(dir).filter((left) => left.includes(id))).toEqual([]);
  expect(await samples(dir)).toMatchObject({ jobs_total: 6 });
});

/** With every step that there is: names are forgotten however few they are. */
const FORGETFUL: FoldLimits = { ...FOLD_LIMITS, forgetAtLeast: 1 };

/** A directory in which something happens just before the `step`-th operation. */
function fillingAt(
  real: PruneDirectory,
  step: number,
  happen: () => void,
): { directory: PruneDirectory; steps: () => number } {
  let count = 0;
  const directory = new Proxy(real, {
    get: (target, name: keyof PruneDirectory) => {
      const member: unknown = target[name];
      if (typeof member !== 'function') return member;
      return (...args: unknown[]): unknown => {
        count++;
        if (count === step) happen();
        return member(...args);
      };
    },
  });
  return { directory, steps: () => count };
}

/** Fills a file system up to some blocks. */
function fillBut(dir: string, room: number): void {
  const filler = join(dir, 'filler');
  for (let blocks = 256; blocks > 0; blocks--) {
    try {
      writeFileSync(filler, Buffer.alloc(blocks * 4096));
      writeFileSync(filler, Buffer.alloc(Math.max(0, blocks - room) * 4096));
      return;
    } catch {
      // One block less.
    }
  }
}
