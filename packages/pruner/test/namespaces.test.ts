import { describe, expect, test } from 'vitest';

import type { PruneReport } from '../src/prune-report.js';
import { prune } from '../src/prune.js';
import { startContainer, writerCommand, type WriterKind } from './containers.js';
import { addonIsAbsent, namespacesAreForbidden } from './processes.js';
import { namesIn, samples, scratchDirectory } from './scratch.js';

const PID = 5000;
const LOCKED: readonly WriterKind[] = addonIsAbsent ? [] : ['mmap', 'pwrite'];

function judged(report: PruneReport): Record<string, string> {
  if (report.kind !== 'done') throw new Error(JSON.stringify(report));
  return Object.fromEntries(
    report.writers.map(({ id, liveness }) => [id, `${liveness.kind}: ${liveness.reason}`]),
  );
}

const filesOf = (dir: string, id: string): string[] => namesIn(dir).filter((name) => name.includes(id));

describe.skipIf(namespacesAreForbidden)(
  'writers of one PID in PID namespaces of their own (skipped where unshare is forbidden)',
  { timeout: 60_000 },
  () => {
    test.each(LOCKED)(
      'with locks (%s): the dead are folded from everywhere, the living by nobody',
      async (kind) => {
        const dir = scratchDirectory();
        const containers = await Promise.all([startContainer(), startContainer(), startContainer()]);
        const writers = await Promise.all(
          containers.map((container) => container.start(PID, writerCommand(kind, dir))),
        );
        expect(new Set(writers.map(({ id }) => id)).size).toBe(3);
        const [first, second, third] = writers;
        if (first === undefined || second === undefined || third === undefined)
          throw new Error('three writers');
        await first.count(1);
        await second.count(10);
        await third.count(100);
        const pruners = [
          () => prune({ dir }),
          ...containers.map((container) => () => container.prune({ dir })),
        ];
        for (const run of pruners) {
          expect(judged(await run())).toEqual(
            Object.fromEntries(writers.map(({ id }) => [id, 'alive: lock-held'])),
          );
        }
        await first.signal('SIGKILL');
        // From a namespace in which another writer has the very PID.
        const report = await containers[1]?.prune({ dir });
        expect(judged(report)).toEqual({
          [first.id]: 'dead: lock-free',
          [second.id]: 'alive: lock-held',
          [third.id]: 'alive: lock-held',
        });
        expect(filesOf(dir, first.id)).toEqual([]);
        await second.signal('SIGKILL');
        expect(judged(await prune({ dir }))).toMatchObject({ [second.id]: 'dead: lock-free' });
        await third.count(1000);
        expect(await samples(dir)).toMatchObject({ jobs_total: 1111, level: 1000 });
      },
    );

    test('without locks: each is judged in its own namespace only, and kept everywhere else', async () => {
      const dir = scratchDirectory();
      const [home, away] = [await startContainer(), await startContainer()];
      const local = await home.start(PID, writerCommand('unlocked', dir));
      const distant = await away.start(PID, writerCommand('unlocked', dir));
      await local.count(1);
      await distant.count(10);
      expect(judged(await home.prune({ dir, native: false }))).toEqual({
        [local.id]: 'alive: process-runs',
        [distant.id]: 'unknown: elsewhere',
      });
      await distant.signal('SIGKILL');
      await local.signal('SIGKILL');
      expect(judged(await prune({ dir }))).toEqual({
        [local.id]: 'unknown: elsewhere',
        [distant.id]: 'unknown: elsewhere',
      });
      expect(judged(await home.prune({ dir }))).toEqual({
        [local.id]: 'dead: process-gone',
        [distant.id]: 'unknown: elsewhere',
      });
      expect(judged(await away.prune({ dir }))).toEqual({ [distant.id]: 'dead: process-gone' });
      expect(await samples(dir)).toMatchObject({ jobs_total: 11 });
      expect(judged(await prune({ dir }))).toEqual({});
    });

    test('without locks, once they are closed: dead everywhere', async () => {
      const dir = scratchDirectory();
      const container = await startContainer();
      const writer = await container.start(PID, writerCommand('unlocked', dir));
      await writer.count(5);
      await writer.ask('close');
      expect(judged(await prune({ dir }))).toEqual({ [writer.id]: 'dead: closed' });
      expect(await samples(dir)).toMatchObject({ jobs_total: 5 });
    });

    test.each<WriterKind>([...LOCKED, 'unlocked'])(
      'and one PID used again and again (%s): each is taken for itself',
      async (kind) => {
        const dir = scratchDirectory();
        const container = await startContainer();
        const isLocked = kind !== 'unlocked';
        const before = await container.start(PID, writerCommand(kind, dir));
        await before.count(1);
        await before.signal('SIGKILL');
        const after = await container.start(PID, writerCommand(kind, dir));
        expect(after.id.split('-')[0]).toBe(before.id.split('-')[0]);
        await after.count(10);
        expect(judged(await container.prune({ dir }))).toEqual({
          [before.id]: isLocked ? 'dead: lock-free' : 'dead: pid-reused',
          [after.id]: isLocked ? 'alive: lock-held' : 'alive: process-runs',
        });
        expect(filesOf(dir, before.id)).toEqual([]);
        await after.count(100);
        expect(await samples(dir)).toMatchObject({ jobs_total: 111 });
        await after.signal('SIGKILL');
        // A program that never heard of promshard.
        await container.start(PID, ['sh', '-c', 'echo started; exec sleep 1000']);
        expect(judged(await container.prune({ dir }))).toEqual({
          [after.id]: isLocked ? 'dead: lock-free' : 'dead: pid-reused',
        });
        expect(await samples(dir)).toMatchObject({ jobs_total: 111 });
      },
    );

    test.each<WriterKind>([...LOCKED.slice(0, 1), 'unlocked'])(
      'and a writer (%s) that starts with the PID of a dead one while that is folded, at any moment: both count once',
      { timeout: 180_000 },
      async (kind) => {
        const container = await startContainer();
        let hits = 0;
        // The steps of a run are some forty; a start at each of them would take a minute.
        for (let step = 1, isHit = true; isHit; step += 4) {
          const dir = scratchDirectory();
          const before = await container.start(PID, writerCommand(kind, dir));
          await before.count(1);
          await before.signal('SIGKILL');
          const { report, writer } = await container.pruneAround(dir, step, PID, kind);
          expect(report, `at step ${step}`).toMatchObject({ kind: 'done', left: [] });
          isHit = writer !== undefined;
          if (writer === undefined) break;
          hits++;
          expect(filesOf(dir, writer.id).length, `at step ${step}`).toBeGreaterThan(0);
          await writer.count(10);
          expect(await samples(dir), `at step ${step}`).toMatchObject({ jobs_total: 11, level: 10 });
          expect(judged(await container.prune({ dir }))).toMatchObject({
            [writer.id]: kind === 'unlocked' ? 'alive: process-runs' : 'alive: lock-held',
          });
          await writer.count(100);
          await writer.signal('SIGKILL');
          await container.prune({ dir });
          expect(await samples(dir), `at step ${step}`).toMatchObject({ jobs_total: 111 });
          expect(filesOf(dir, before.id)).toEqual([]);
        }
        expect(hits).toBeGreaterThan(8);
      },
    );
  },
);
