import { encodeOwnerRecord, encodeShard, ownerFileName, shardFileName } from '@promshard/shard-format';
import { expect, test } from 'vitest';

import type { FoldLimits } from '../../src/fold-dead.js';
import { prune } from '../../src/prune.js';
import type { PruneDirectory } from '../../src/prune-directory.js';
import { MemoryDisk } from './memory-disk.js';
import { readDirectory, type Seen } from './model-reader.js';
import { Scheduler, type Actor } from './scheduler.js';
import { seededRandom } from './seeded-random.js';

const LIMITS: FoldLimits = {
  batch: { writers: 2, bytes: 1 << 20 },
  layers: { floorBytes: 1 << 20, ratio: 1, ceilingBytes: 1 << 20 },
  forgetAtLeast: 1,
};

const DEAD = [1, 2, 3];

/** Three writers are dead; the power fails just before the `step`-th step of the fold. Gives what is counted afterwards. */
async function failAt(
  seed: number,
  step: number,
  sabotage: (directory: PruneDirectory) => PruneDirectory,
): Promise<{ readonly seen: Seen | undefined; readonly isHit: boolean }> {
  const random = seededRandom(seed);
  const scheduler = new Scheduler(random);
  const disk = new MemoryDisk(scheduler, random);
  for (const pid of DEAD) putDead(disk, pid);
  const run = (directoryOf: (directory: PruneDirectory) => PruneDirectory) => async (actor: Actor) => {
    await scheduler.turn(actor);
    const directory = directoryOf(disk.directoryOf(actor, true, () => 'none'));
    await prune({ dir: '/memory', directory, host, native: { tryLock: () => true }, foldLimits: LIMITS });
    disk.dropLocksOf(actor);
  };
  const pruner = scheduler.start('pruner', run(sabotage));
  let isHit = false;
  const befall = (): void => {
    if (scheduler.steps + 1 < step || isHit) return;
    isHit = true;
    scheduler.kill(pruner);
    disk.powerFailure();
  };
  await scheduler.run(() => false, befall);
  // It may also fail when all is done.
  if (!isHit) disk.powerFailure();
  scheduler.start(
    'pruner',
    run((directory) => directory),
  );
  await scheduler.run(
    () => false,
    () => undefined,
  );
  let seen: Seen | undefined;
  scheduler.start('reader', async (actor) => void (seen = await readDirectory(disk, actor)));
  await scheduler.run(
    () => false,
    () => undefined,
  );
  return { seen, isHit };
}

const host = {
  pid: 1,
  threadId: 0,
  bootId: 'boot',
  pidNamespace: 'pid:[1]',
  exists: () => false,
  startTimeOf: () => null,
};

function putDead(disk: MemoryDisk, pid: number): void {
  const id = `${pid}-${String(pid).padStart(16, '0')}`;
  const identity = { processStartTime: null, bootId: 'boot', pidNamespace: 'pid:[1]' };
  const owner = {
    formatVersion: 1,
    pid,
    threadId: 0,
    createdAt: 1,
    writerVersion: '0',
    locked: false,
  } as const;
  disk.put(ownerFileName(id), Buffer.from(encodeOwnerRecord({ ...owner, ...identity })));
  const key = { family: 'jobs', sample: 'jobs_total', labels: {}, help: 'Help.' };
  disk.put(shardFileName({ kind: 'counter' }, id), encodeShard([{ key, value: 10 ** pid }]));
}

/** All steps of a run, with several choices each of what survives; the wrong totals. */
async function wrongTotals(sabotage: (directory: PruneDirectory) => PruneDirectory): Promise<string[]> {
  const wrong: string[] = [];
  for (let seed = 1; seed <= 8; seed++) {
    for (let step = 1, isHit = true; isHit; step++) {
      const outcome = await failAt(1000 * seed + step, step, sabotage);
      isHit = outcome.isHit;
      const jobs = outcome.seen?.jobs;
      if (jobs !== 1110) wrong.push(`${jobs} in place of 1110 after step ${step}`);
    }
  }
  return wrong;
}

test('a power failure at any step of a fold loses and doubles nothing', { timeout: 120_000 }, async () => {
  expect(await wrongTotals((directory) => directory)).toEqual([]);
});

test('but does where the pointer forgets what is not gone for good', { timeout: 120_000 }, async () => {
  const wrong = await wrongTotals((directory) => {
    let isPointed = false;
    return {
      ...directory,
      rename: async (from, to) => {
        await directory.rename(from, to);
        if (!from.endsWith('.pointer.tmp')) return;
        isPointed = true;
        await directory.sync();
      },
      // From a commit until the next.
      sync: () => (isPointed ? Promise.resolve() : directory.sync()),
      link: (existing, name) => {
        isPointed = false;
        return directory.link(existing, name);
      },
    };
  });
  expect(wrong.length).toBeGreaterThan(0);
});
