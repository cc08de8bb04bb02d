import { readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { loadNative } from '@promshard/native';
import { encodeShard } from '@promshard/shard-format';
import { describe, expect, test } from 'vitest';

import { openPruneDirectory } from '../src/prune-directory.js';
import { prune } from '../src/prune.js';
import { resetDirectory } from '../src/reset-directory.js';
import { writerCommand } from './containers.js';
import { faultyDirectory, type Fault } from './faulty-directory.js';
import { addonIsAbsent, python, startProgram, type WriterProcess } from './processes.js';
import { machine, namesIn, putWriter, samples, scratchDirectory } from './scratch.js';
import { fileURLToPath } from 'node:url';

const reset = (dir: string) => resetDirectory({ dir });
const script = fileURLToPath(new URL('./fixtures/python_writer.py', import.meta.url));

/** A directory in which the dead have left everything that they can. */
async function usedDirectory(): Promise<string> {
  const dir = scratchDirectory();
  const host = machine(1);
  putWriter(dir, 11, { counter: 100, gauges: { max: 3 } });
  await prune({ dir, host, native: false });
  putWriter(dir, 12, { counter: 20, gauges: { liveall: 7 } });
  writeFileSync(join(dir, '.12-000000000000000c.summary.tmp'), 'half');
  writeFileSync(join(dir, 'counter_77.db'), encodeShard([]));
  return dir;
}

describe.skipIf(addonIsAbsent || process.platform !== 'linux')(
  'emptying a directory (skipped where the addon is not compiled; Linux only)',
  () => {
    test('takes what the dead left, and nothing that is not a shard', async () => {
      const dir = await usedDirectory();
      const strange = ['README', 'notes.db'];
      for (const name of strange) writeFileSync(join(dir, name), 'mine');
      expect(await resetDirectory({ dir, host: machine(1) })).toMatchObject({
        kind: 'done',
        strange,
        left: [],
      });
      expect(namesIn(dir)).toEqual(strange);
      expect(await samples(dir)).toEqual({});
      expect(await prune({ dir, host: machine(1) })).toMatchObject({ kind: 'done', generation: 1, left: [] });
    });

    test('is refused while a writer lives, and touches nothing then', async () => {
      const dir = await usedDirectory();
      const writer = startProgram(writerCommand('mmap', dir));
      const id = await writer.line();
      await writer.ask('count 1');
      const names = namesIn(dir);
      expect(await resetDirectory({ dir, host: machine(1) })).toMatchObject({
        kind: 'refused',
        writers: [{ id, liveness: { kind: 'alive', reason: 'lock-held' } }],
      });
      expect(namesIn(dir)).toEqual(names);
      expect(await samples(dir)).toMatchObject({ jobs_total: 121 });
      await writer.kill();
      expect(await resetDirectory({ dir, host: machine(1) })).toMatchObject({ kind: 'done' });
    });

    test('leaves a writer that starts meanwhile all its files', async () => {
      const dir = await usedDirectory();
      const real = openPruneDirectory(dir, loadNative().addon);
      let writer: WriterProcess | undefined;
      const directory = {
        ...real,
        remove: async (name: string) => {
          if (writer === undefined && name.startsWith('counter_')) {
            writer = startProgram(writerCommand('mmap', dir));
            await writer.line();
            await writer.ask('count 5');
          }
          return real.remove(name);
        },
      };
      expect(await resetDirectory({ dir, directory, host: machine(1) })).toMatchObject({ kind: 'done' });
      expect(await writer?.ask('count 6')).toBe('done');
      expect(await samples(dir)).toMatchObject({ jobs_total: 11 });
    });

    test('follows no link', async () => {
      const dir = scratchDirectory();
      const outside = join(scratchDirectory(), 'precious');
      writeFileSync(outside, 'precious');
      symlinkSync(outside, join(dir, 'counter_4711.db'));
      symlinkSync(outside, join(dir, '1-0000000000000001.owner'));
      expect(await reset(dir)).toMatchObject({ kind: 'refused' });
      expect(readFileSync(outside, 'utf8')).toBe('precious');
    });

    test('ends what damage kept the pruner from mending', async () => {
      const dir = await usedDirectory();
      for (const name of namesIn(dir))
        if (/^folded.*json$/.test(name)) writeFileSync(join(dir, name), 'damaged');
      expect(await prune({ dir, host: machine(1) })).toMatchObject({ kind: 'failed' });
      expect(await resetDirectory({ dir, host: machine(1) })).toMatchObject({ kind: 'done' });
      expect(await prune({ dir, host: machine(1) })).toMatchObject({ kind: 'done' });
    });

    test('keeps off while another pruner is at work', async () => {
      const dir = await usedDirectory();
      const [one, two] = await Promise.all([prune({ dir, host: machine(1) }), reset(dir)]);
      expect([one.kind, two.kind]).toContain('busy');
    });

    test.each<Fault>(['refused', 'done-but-failed', 'ended'])(
      'is finished by the next, whichever step is %s',
      { timeout: 120_000 },
      async (fault) => {
        let step = 0;
        let isHit = true;
        while (isHit && step < 500) {
          step++;
          const dir = await usedDirectory();
          const faulty = faultyDirectory(openPruneDirectory(dir, loadNative().addon), step, fault);
          await resetDirectory({ dir, host: machine(2000, 1), directory: faulty.directory });
          isHit = faulty.steps() >= step;
          // Never the one half of the totals without the other.
          expect([undefined, 120], `step ${step}`).toContain((await samples(dir))['jobs_total']);
          expect(await resetDirectory({ dir, host: machine(1) }), `step ${step}`).toMatchObject({
            kind: 'done',
            left: [],
          });
          expect(namesIn(dir), `step ${step}`).toEqual([]);
        }
        expect(step).toBeGreaterThan(30);
        expect(step).toBeLessThan(500);
      },
    );

    test.skipIf(python === undefined)(
      'gives a Python process that opens the file of its dead namesake that file back (skipped where prometheus_client is not installed)',
      async () => {
        const dir = await usedDirectory();
        const real = openPruneDirectory(dir, loadNative().addon);
        let writer: WriterProcess | undefined;
        const directory = {
          ...real,
          remove: async (name: string) => {
            if (name === 'counter_77.db') {
              writer = startProgram([python ?? '', script, '77'], { PROMETHEUS_MULTIPROC_DIR: dir });
              await writer.line();
              await writer.ask('count 5');
            }
            return real.remove(name);
          },
        };
        expect(await resetDirectory({ dir, directory, host: machine(1) })).toMatchObject({
          kind: 'refused',
          writers: [{ liveness: { kind: 'alive', reason: 'files-open' } }],
        });
        await writer?.ask('count 6');
        expect(await samples(dir)).toMatchObject({ jobs_total: 131 });
      },
    );
  },
);
