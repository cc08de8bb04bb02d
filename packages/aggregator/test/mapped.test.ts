import { appendFileSync, ftruncateSync, openSync, closeSync, readFileSync, writeSync } from 'node:fs';
import { loadViews, type FileView, type FileViews } from '@promshard/native/views';
import { describe, expect, test } from 'vitest';
import { ShardDirectory } from '../src/directory.js';
import { FILE_SYSTEM } from '../src/file-system.js';
import { createAggregator } from '../src/index.js';
import { depth, jobs, linesOf, makeDirectory, nothingIsMapped, wait } from './shard-directory.js';

function addonOf(): FileViews {
  const { addon } = loadViews();
  if (addon === undefined) throw new Error('the addon is absent');
  return addon;
}

/** The addon, and the views that it made and were not closed. */
function watched(): { views: FileViews; open: Set<FileView>; made: number[] } {
  const addon = addonOf();
  const open = new Set<FileView>();
  const made: number[] = [];
  const views: FileViews = {
    viewFile(fd, bytes) {
      const view = addon.viewFile(fd, bytes);
      open.add(view);
      made.push(bytes);
      return view;
    },
    closeView(view) {
      open.delete(view);
      addon.closeView(view);
    },
    addValues: (...call) => addon.addValues(...call),
  };
  return { views, open, made };
}

describe.skipIf(nothingIsMapped)(
  'shards in mappings (skipped where there is no addon, and elsewhere than on Linux)',
  () => {
    test('are those that were known, and whose values are sums', async () => {
      const directory = makeDirectory();
      directory.write('counter_1.db', [jobs(1)]);
      directory.write('histogram_1.db', wait({ '1.0': 1, '+Inf': 0 }, 1));
      directory.write('gauge_max_1.db', [depth(1)]);
      directory.write('counter_2.db', []);
      directory.write('counter_3.db', [jobs(4)]);
      appendFileSync(directory.path('counter_3.db'), 'no matter');
      const aggregator = createAggregator(directory);
      expect((await aggregator.collect()).stats.shardsMapped).toBe(0);
      const { stats } = await aggregator.collect();
      expect(stats).toMatchObject({ shards: { good: 5 }, shardsMapped: 3, entriesLearned: 0 });
      expect((await createAggregator(directory).collect()).stats.bytesRead).toBe(stats.bytesRead);
      aggregator.close();
    });

    test('are none where it was said so, and none of files that are not kept open', async () => {
      const directory = makeDirectory();
      for (const name of ['counter_1.db', 'counter_2.db', 'counter_3.db']) directory.write(name, [jobs(1)]);
      for (const [options, mapped] of [
        [{ native: false }, 0],
        [{ maxOpenFiles: 2 }, 2],
        [{ maxOpenFiles: 0 }, 0],
      ] as const) {
        const aggregator = createAggregator({ ...directory, ...options });
        await aggregator.collect();
        expect((await aggregator.collect()).stats.shardsMapped).toBe(mapped);
        aggregator.close();
      }
    });

    test('are none on a file system that other machines share', async () => {
      const directory = makeDirectory();
      directory.write('counter_1.db', [jobs(1)]);
      const NFS = 0x6969;
      const fileSystem = { ...FILE_SYSTEM, typeOf: () => NFS };
      const { views, made } = watched();
      const shards = new ShardDirectory(directory.dir, 10, views, fileSystem);
      const listing = await shards.list();
      if (listing.kind !== 'listed') throw new Error(listing.errno);
      expect(shards.files.open('counter_1.db', listing).kind).toBe('open');
      expect(shards.files.pages('counter_1.db', 100)).toBeUndefined();
      expect(made).toEqual([]);
      shards.files.close();
    });

    test('are mapped anew only when they have doubled, and no longer once they are gone', async () => {
      const directory = makeDirectory();
      const { views, open, made } = watched();
      const aggregator = createAggregator({ ...directory, native: views });
      const entries = Array.from({ length: 8000 }, (_, i) => jobs(1, { kind: `${i}` }));
      for (let count = 500; count <= 8000; count += 500) {
        directory.write('counter_1.db', entries.slice(0, count));
        await aggregator.collect();
        const { stats } = await aggregator.collect();
        expect(stats).toMatchObject({ samples: count, shardsMapped: 1 });
      }
      expect(made.length).toBeLessThan(8);
      expect(open.size).toBe(1);
      aggregator.close();
      expect(open.size).toBe(0);
      expect((await aggregator.collect()).stats.shardsMapped).toBe(1);
      aggregator.close();
    });

    test('are read where the system refuses a mapping, and it is not asked again', async () => {
      const directory = makeDirectory();
      directory.write('counter_1.db', [jobs(1)]);
      let asked = 0;
      const native: FileViews = {
        ...addonOf(),
        viewFile() {
          asked++;
          throw new Error('ENOMEM');
        },
      };
      const aggregator = createAggregator({ ...directory, native });
      for (let i = 0; i < 4; i++) {
        const snapshot = await aggregator.collect();
        expect(linesOf(snapshot)).toEqual(['jobs_total{} 1']);
        expect(snapshot.stats.shardsMapped).toBe(0);
      }
      expect(asked).toBe(1);
      aggregator.close();
    });

    test('that a store changes show it at once, and an entry that was removed no more', async () => {
      const directory = makeDirectory();
      directory.write('counter_1.db', [jobs(1, { kind: 'a' }), jobs(2, { kind: 'b' })]);
      const aggregator = createAggregator(directory);
      await aggregator.collect();
      await aggregator.collect();
      directory.write('counter_1.db', [jobs(1, { kind: 'a' }, -1), jobs(3, { kind: 'b' })]);
      const snapshot = await aggregator.collect();
      expect(linesOf(snapshot)).toEqual(['jobs_total{kind="b"} 3']);
      expect(snapshot.stats).toMatchObject({ shardsMapped: 1, attempts: 1 });
      aggregator.close();
    });

    test.each(['small', 'large'])(
      'that are cut short while they are read are read again: a %s one',
      async (size) => {
        const directory = makeDirectory();
        const count = size === 'small' ? 2000 : 70_000;
        const entries = Array.from({ length: count }, (_, i) => jobs(1, { kind: `${i}` }));
        directory.write('counter_1.db', entries);
        directory.write('counter_2.db', [jobs(5)]);
        const bytes = readFileSync(directory.path('counter_1.db'));
        const addon = addonOf();
        let isDue = false;
        const native: FileViews = {
          ...addon,
          addValues(view, check, range, sums) {
            const outcome = addon.addValues(view, check, range, sums);
            // After the keys were looked at and values were added: the pages that came next are gone.
            if (!isDue || range.to < Math.min(count, 65_536) || outcome !== 'added') return outcome;
            isDue = false;
            directory.writeBytes('counter_1.db', bytes.subarray(0, 4096));
            const rest = { ...range, from: range.to - 1, to: range.to };
            return addon.addValues(
              view,
              { ...check, firstWord: undefined, places: new Int32Array(3) },
              rest,
              sums,
            );
          },
        };
        const aggregator = createAggregator({ ...directory, native });
        await aggregator.collect();
        expect((await aggregator.collect()).stats.shardsMapped).toBe(2);
        isDue = true;
        const cut = await aggregator.collect();
        expect(cut.stats.attempts).toBe(2);
        const fresh = await createAggregator({ ...directory, native: false }).collect();
        expect(linesOf(cut)).toEqual(linesOf(fresh));
        expect(linesOf(cut)[0]).toBe('jobs_total{} 5');
        directory.writeBytes('counter_1.db', bytes);
        expect((await aggregator.collect()).stats.samples).toBe(count + 1);
        aggregator.close();
      },
    );

    test('of more than one range may grow while they are read', async () => {
      const directory = makeDirectory();
      const entries = Array.from({ length: 70_000 }, (_, i) => jobs(1, { kind: `${i}` }));
      const before = entries.slice(0, -1);
      directory.write('counter_1.db', before);
      const addon = addonOf();
      let isDue = false;
      const native: FileViews = {
        ...addon,
        addValues(view, check, range, sums) {
          if (isDue && range.from > 0) directory.write('counter_1.db', entries);
          return addon.addValues(view, check, range, sums);
        },
      };
      const aggregator = createAggregator({ ...directory, native });
      await aggregator.collect();
      isDue = true;
      expect((await aggregator.collect()).stats).toMatchObject({
        samples: 69_999,
        attempts: 1,
        shardsMapped: 1,
      });
      isDue = false;
      expect((await aggregator.collect()).stats).toMatchObject({ samples: 70_000, entriesLearned: 1 });
      aggregator.close();
    });

    test('that somebody shortens and fills at any moment fail no snapshot', async () => {
      const directory = makeDirectory();
      const entries = Array.from({ length: 3000 }, (_, i) => jobs(1, { kind: `${i}` }));
      directory.write('counter_1.db', [jobs(7, { kind: 'good' })]);
      directory.write('counter_2.db', entries);
      const bytes = readFileSync(directory.path('counter_2.db'));
      const aggregator = createAggregator({ ...directory, yieldAfterMs: 0 });
      const fd = openSync(directory.path('counter_2.db'), 'r+');
      let isDone = false;
      const shorten = async (): Promise<void> => {
        for (let i = 0; !isDone; i = (i + 4096) % bytes.length) {
          ftruncateSync(fd, i);
          await new Promise(setImmediate);
          writeSync(fd, bytes, 0, bytes.length, 0);
          for (let turns = i % 5; turns > 0; turns--) await new Promise(setImmediate);
        }
      };
      const shortening = shorten();
      for (let i = 0; i < 100; i++) {
        const snapshot = await aggregator.collect();
        expect(linesOf(snapshot)).toContain('jobs_total{kind="good"} 7');
      }
      isDone = true;
      await shortening;
      expect((await aggregator.collect()).stats.samples).toBe(3001);
      closeSync(fd);
      aggregator.close();
    });
  },
);
