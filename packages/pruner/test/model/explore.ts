import { foldSpareName, parseFoldPointer } from '@promshard/shard-format';

import type { FoldLimits } from '../../src/fold-dead.js';
import type { Host } from '../../src/host.js';
import { prune } from '../../src/prune.js';
import type { FileLocks, PruneDirectory } from '../../src/prune-directory.js';
import type { PruneReport } from '../../src/prune-report.js';
import { MemoryDisk, type Trouble } from './memory-disk.js';
import { readDirectory, type Seen } from './model-reader.js';
import { write, type Truth } from './model-writer.js';
import { seededRandom } from './seeded-random.js';
import { Scheduler, type Actor } from './scheduler.js';

/** What happened in one schedule. */
export interface Explored {
  /** What broke a promise; empty where nothing did. */
  readonly violations: readonly string[];
  readonly steps: number;
  /** Readings that got through. */
  readonly readings: number;
  readonly kills: number;
  readonly powerFailures: number;
  readonly damages: number;
  readonly troubles: number;
}

/** Generations of one or two writers, and layers that stay apart when they are hardly larger than what comes next. */
const SMALL_FOLDS: readonly FoldLimits[] = [
  {
    batch: { writers: 1, bytes: 1 << 20 },
    layers: { floorBytes: 0, ratio: 1, ceilingBytes: 1 << 20 },
    forgetAtLeast: 1,
  },
  {
    batch: { writers: 2, bytes: 1 << 20 },
    layers: { floorBytes: 1 << 20, ratio: 1, ceilingBytes: 1 << 20 },
    forgetAtLeast: 2,
  },
  {
    batch: { writers: 9, bytes: 1 },
    layers: { floorBytes: 0, ratio: 9, ceilingBytes: 1 << 20 },
    forgetAtLeast: 9,
  },
];

/** Runs one schedule: writers, two pruners, two readers and what befalls them, as a seed decides. */
export async function explore(
  seed: number,
  sabotage: (directory: PruneDirectory) => PruneDirectory = (directory) => directory,
): Promise<Explored> {
  const random = seededRandom(seed);
  const scheduler = new Scheduler(random);
  const disk = new MemoryDisk(scheduler, random);
  const truth: Truth = { jobs: 0, depth: 0, observed: 0, shards: 0 };
  const violations: string[] = [];
  const count = { readings: 0, kills: 0, powerFailures: 0, damages: 0, troubles: 0 };
  const canLock = random.oneIn(2);
  // One kind of disaster at a time: two copies of a pointer do not survive two of them.
  const disaster = random.pick(['none', 'power', 'damage'] as const);
  const hasTroubles = random.oneIn(3);
  const foldLimits = random.pick(SMALL_FOLDS);
  const pace = random.pick([20, 60, 200]);

  const hostOf = (actor: Actor): Host => ({
    pid: actor.pid,
    threadId: 0,
    bootId: 'boot',
    pidNamespace: 'pid:[1]',
    exists: (pid) => scheduler.isRunning(pid),
    startTimeOf: (pid) => (scheduler.isRunning(pid) ? '100' : null),
  });
  const locks: FileLocks | false = canLock ? { tryLock: () => true } : false;
  const runPruner = async (actor: Actor, trouble: () => Trouble): Promise<PruneReport> => {
    const directory = sabotage(disk.directoryOf(actor, canLock, trouble));
    const now = (): number => 1_900_000_000_000 + scheduler.steps * 10;
    return prune({ dir: '/memory', directory, host: hostOf(actor), native: locks, now, foldLimits });
  };
  const troubleOf = (): Trouble => {
    if (!hasTroubles || !random.oneIn(80)) return 'none';
    count.troubles++;
    return random.pick(['refused', 'done-but-failed']);
  };
  const ending = (actor: Actor): void => disk.dropLocksOf(actor);

  const startWriter = (): Actor =>
    scheduler.start('writer', async (actor) => {
      await write(actor, scheduler, disk, random, truth, canLock);
      ending(actor);
    });
  const startPruner = (): Actor =>
    scheduler.start('pruner', async (actor) => {
      for (let runs = 0; runs < 3; runs++) {
        await scheduler.turn(actor);
        const report = await runPruner(actor, troubleOf);
        if (report.kind === 'failed' && report.error.code !== 'io' && report.error.code !== 'lock-lost') {
          violations.push(`a run failed: ${report.error.code}: ${report.error.message}`);
        }
      }
      ending(actor);
    });
  const startReader = (): Actor =>
    scheduler.start('reader', async (actor) => {
      while (true) {
        await scheduler.turn(actor);
        const least = { ...truth };
        const seen = await readDirectory(disk, actor);
        if (seen === undefined) continue;
        count.readings++;
        violations.push(...falsehoods(seen, least, truth));
      }
    });

  let writersToCome = 2 + Math.floor(random.next() * 3);
  let prunersToCome = 4;
  const replenish = (): void => {
    const alive = (name: string): number => scheduler.alive.filter((actor) => actor.name === name).length;
    if (alive('writer') < 2 && writersToCome > 0) {
      writersToCome--;
      startWriter();
    }
    if (alive('pruner') < 2 && prunersToCome > 0) {
      prunersToCome--;
      startPruner();
    }
    if (alive('reader') < 2) startReader();
  };
  const kill = (actor: Actor): void => {
    count.kills++;
    scheduler.kill(actor);
    ending(actor);
  };
  const befall = (actor: Actor): void => {
    if (random.oneIn(pace) && actor.name !== 'reader') kill(actor);
    if (disaster === 'power' && canLock && random.oneIn(150)) {
      count.powerFailures++;
      for (const other of scheduler.alive) scheduler.kill(other);
      disk.powerFailure();
    }
    if (disaster === 'damage' && random.oneIn(100) && disk.peek('folded.json') !== undefined) {
      count.damages++;
      disk.put('folded.json', random.oneIn(2) ? undefined : Buffer.from('{"formatVersion":1,"gen'));
    }
    replenish();
  };
  replenish();
  const isOver = (): boolean => scheduler.alive.every(({ name }) => name === 'reader') && prunersToCome === 0;
  await scheduler.run(isOver, befall);

  // What the storm left, one more run in quiet sets right.
  for (const actor of scheduler.alive) kill(actor);
  await quietly(scheduler, 'pruner', async (actor) => {
    const report = await runPruner(actor, () => 'none');
    if (report.kind !== 'done' || report.left.length > 0) {
      violations.push(`the last run: ${JSON.stringify(report)}`);
    }
  });
  await quietly(scheduler, 'reader', async (actor) => {
    const seen = await readDirectory(disk, actor);
    if (seen === undefined) violations.push('nothing can be read in the end');
    else violations.push(...falsehoods(seen, truth, truth).map((what) => `in the end, ${what}`));
  });
  violations.push(...leftovers(disk));
  return { violations, steps: scheduler.steps, ...count };
}

async function quietly(
  scheduler: Scheduler,
  name: string,
  program: (actor: Actor) => Promise<void>,
): Promise<void> {
  scheduler.start(name, program);
  await scheduler.run(
    () => false,
    () => undefined,
  );
}

/** A reading must lie between what was counted when it began and when it ended. */
function falsehoods(seen: Seen, least: Truth, most: Truth): string[] {
  const out: string[] = [];
  for (const name of ['jobs', 'depth', 'observed'] as const) {
    if (seen[name] < least[name]) out.push(`${name} fell to ${seen[name]}; ${least[name]} were counted`);
    if (seen[name] > most[name]) out.push(`${name} rose to ${seen[name]}; ${most[name]} were counted`);
  }
  return out;
}

/** Everybody is dead: the pointer, its spare copy, its files and one lock are all that may be there. */
function leftovers(disk: MemoryDisk): string[] {
  const pointer = parseFoldPointer(Buffer.from(disk.peek('folded.json') ?? '').toString('utf8'));
  if (pointer === undefined) return ['the pointer is not one in the end'];
  const expected = ['folded.json', foldSpareName(pointer.generation), ...pointer.files].toSorted();
  const there = disk.names.filter((name) => !/^pruner-\d+\.lock$/.test(name) && !name.includes('.owner'));
  const out: string[] = [];
  if (there.join() !== expected.join()) out.push(`in the end, there are ${there.join()}`);
  return out;
}
