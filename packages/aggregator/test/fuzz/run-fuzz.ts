import { existsSync, mkdtempSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeShard } from '@promshard/shard-format';
import { expect } from 'vitest';
import { createAggregator, type Snapshot } from '../../src/index.js';
import { bytesHeld } from '../heap.js';
import { jobs, linesOf } from '../shard-directory.js';
import { CORPUS, type CorpusShard } from './corpus.js';
import { mutate, seededRandom } from './mutate.js';

// A million files need no disk.
const IN_MEMORY = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

/** How many mutated files lie in the directory at a time. */
const FILES = 250;

/** The most that an aggregator over {@link FILES} such files may come to hold beyond what it held at first. */
const MOST_BYTES_HELD = 64 * 1024 * 1024;

/**
 * Puts mutated shards beside good ones, again and again, and takes snapshots: none may fail, each must hold the good
 * shards' values, what an aggregator remembers must give what a new one reads, and memory must stay within a bound.
 *
 * Of two rounds, one replaces the files by rename, and one writes over them in place, which no writer does.
 */
export async function runFuzz(seed: number, files: number): Promise<void> {
  const random = seededRandom(seed);
  const dir = realpathSync(mkdtempSync(join(IN_MEMORY, 'promshard-fuzz-')));
  try {
    writeFileSync(join(dir, 'counter_0.db'), encodeShard([jobs(3), jobs(4, { kind: 'good' })]));
    writeFileSync(join(dir, 'counter_9.db'), encodeShard([jobs(30)]));
    const aggregator = createAggregator({ dir });
    await aggregator.collect();
    const heap = bytesHeld();
    for (let done = 0, round = 0; done < files; done += FILES, round++) {
      for (let i = 0; i < FILES; i++) putMutant(dir, i, round, random);
      const snapshot = await aggregator.collect();
      const where = `seed ${seed}, round ${round}`;
      const good = linesOf(snapshot).filter((line) => line.startsWith('jobs_total'));
      expect(good, where).toEqual(['jobs_total{} 33', 'jobs_total{kind="good"} 4']);
      expect(snapshot.problems.length, where).toBeLessThan(25 * FILES);
      // What was written over in place may be told from what it was only some scrapes later.
      if (round % 20 === 0) {
        const fresh = createAggregator({ dir });
        expect(withoutEmptyLabels(await fresh.collect()), where).toEqual(withoutEmptyLabels(snapshot));
        fresh.close();
        expect(bytesHeld() - heap, where).toBeLessThan(MOST_BYTES_HELD);
      }
    }
    aggregator.close();
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/** A label with an empty value is none, so it goes by whoever was read first whether it is shown. */
function withoutEmptyLabels({ families }: Snapshot): unknown {
  return families.map(({ samples, ...family }) => ({
    ...family,
    samples: samples.map(({ labels, ...sample }) => ({
      ...sample,
      labels: labels.filter(([, value]) => value !== ''),
    })),
  }));
}

function putMutant(dir: string, i: number, round: number, random: () => number): void {
  // A file keeps its kind, so that its name is the same in each round.
  const original = CORPUS[i % CORPUS.length] as CorpusShard;
  const other = CORPUS[random() % CORPUS.length] as CorpusShard;
  const bytes = mutate(original.bytes, other.bytes, random);
  const path = join(dir, `${original.prefix}_5${i}.${original.suffix}`);
  if (round % 2 === 1) {
    writeFileSync(path, bytes);
    return;
  }
  const temporary = join(dir, `.5${i}.fuzz.tmp`);
  writeFileSync(temporary, bytes);
  renameSync(temporary, path);
}
