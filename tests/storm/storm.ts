import { fork, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import { startPruner } from '@promshard/pruner';
import { vi } from 'vitest';

import { startExporterProcess } from '../support/exporter-process.js';
import { temporaryDirectory } from '../support/temporary-directory.js';
import { seededRandom } from './seeded-random.js';
import { sumOf, watchSamples } from './watch-samples.js';

const WORKER = fileURLToPath(new URL('counting-worker.mjs', import.meta.url));

/** What a storm is made of. */
export interface StormOptions {
  readonly workers: number;
  readonly kills: number;
  /** Seeds the moments of the kills and the choice of victims. */
  readonly seed: number;
  /** The longest time between two kills. */
  readonly maxPauseMs: number;
}

/** What came of it. */
export interface StormResult {
  /** Workers that ever lived. */
  readonly lives: number;
  readonly scrapes: number;
  /** Samples that fell from one scrape to a later one: name, labels, before, after. */
  readonly falls: readonly string[];
  /** What the workers acknowledged, and what the exporter says in the end. */
  readonly counted: { readonly acknowledged: number; readonly exported: number };
  readonly observed: { readonly acknowledged: number; readonly exported: number };
  /** Generations that the pruner folded. */
  readonly generation: number;
  readonly filesLeft: number;
  /** What the exporter logged: problems in the directory. */
  readonly exporterErrors: string;
  readonly prunerErrors: readonly string[];
}

/**
 * Workers count at full speed, each is killed with SIGKILL at a random moment and replaced, the pruner folds all the time,
 * and the exporter is scraped without pause.
 */
export async function runStorm({ workers, kills, seed, maxPauseMs }: StormOptions): Promise<StormResult> {
  const root = temporaryDirectory();
  const [shards, acks] = [join(root, 'shards'), join(root, 'acks')];
  mkdirSync(shards);
  mkdirSync(acks);
  const random = seededRandom(seed);
  const prunerErrors: string[] = [];
  const pruner = startPruner({
    dir: shards,
    intervalMs: 50,
    onError: (error) => prunerErrors.push(String(error)),
  });
  const exporter = await startExporterProcess(shards);
  let lives = 0;
  const start = (): Life => {
    const ackFile = join(acks, `${lives++}`);
    return { ackFile, worker: fork(WORKER, [shards, ackFile]) };
  };
  const running = Array.from({ length: workers }, start);
  const watch = watchSamples(10, () => exporter.scrape());

  for (let kill = 0; kill < kills; kill++) {
    await sleep(random() * maxPauseMs);
    const victim = Math.floor(random() * workers);
    await end(running[victim]);
    running[victim] = start();
    void pruner.pruneNow();
  }
  // The last ones live until each has counted, and die the same way.
  await vi.waitUntil(() => running.every(({ ackFile }) => readAcknowledged(ackFile).counted > 0), {
    timeout: 60_000,
    interval: 100,
  });
  await Promise.all(running.map(end));
  const report = await pruner.pruneNow();
  await pruner.close();
  const { scrapes, falls, last } = await watch.stop();
  const acknowledged = sumAcknowledged(acks);
  return {
    lives,
    scrapes,
    falls,
    counted: {
      acknowledged: acknowledged.counted,
      exported: sumOf(last, (key) => key.startsWith('storm_total{')),
    },
    observed: {
      acknowledged: acknowledged.observed,
      exported: sumOf(last, (key) => key.startsWith('storm_seconds_count')),
    },
    generation: report.kind === 'done' ? report.generation : 0,
    filesLeft: readdirSync(shards).length,
    exporterErrors: exporter.errors(),
    prunerErrors,
  };
}

/** One worker, and the file of what it acknowledged. */
interface Life {
  readonly ackFile: string;
  readonly worker: ChildProcess;
}

async function end(life: Life | undefined): Promise<void> {
  if (life === undefined) return;
  const { worker } = life;
  if (worker.exitCode !== null) throw new Error(`A worker ended by itself, with ${worker.exitCode}.`);
  const gone = new Promise((resolve) => worker.once('exit', resolve));
  worker.kill('SIGKILL');
  await gone;
}

interface Acknowledged {
  readonly counted: number;
  readonly observed: number;
}

function readAcknowledged(file: string): Acknowledged {
  const bytes = existsSync(file) ? readFileSync(file) : Buffer.alloc(0);
  // A worker that was killed before it had its file acknowledged nothing.
  if (bytes.length < 16) return { counted: 0, observed: 0 };
  return { counted: bytes.readDoubleLE(0), observed: bytes.readDoubleLE(8) };
}

function sumAcknowledged(dir: string): Acknowledged {
  const lives = readdirSync(dir).map((name) => readAcknowledged(join(dir, name)));
  return {
    counted: lives.reduce((sum, { counted }) => sum + counted, 0),
    observed: lives.reduce((sum, { observed }) => sum + observed, 0),
  };
}
