import { fork, spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import { prune } from '@promshard/pruner';
import { onTestFinished } from 'vitest';

import { startExporterProcess } from '../support/exporter-process.js';
import { temporaryDirectory } from '../support/temporary-directory.js';
import { seededRandom } from './seeded-random.js';
import { sumOf, watchSamples } from './watch-samples.js';

const POOL = fileURLToPath(new URL('churning-pool.mjs', import.meta.url));
const PRUNER = fileURLToPath(new URL('../../packages/pruner/dist/bin.js', import.meta.url));

/** What churn is made of. */
export interface ChurnOptions {
  /** Short-lived workers in all. */
  readonly workers: number;
  /** Processes that they live in, and how many live in one at a time. */
  readonly processes: number;
  readonly atATime: number;
  readonly seed: number;
  /** The pruner is killed as often as this, on average. */
  readonly prunerLivesMs: number;
  /** After how many workers a process is killed, with those that live in it; the others end by closing their stores. */
  readonly workersPerProcess: number;
}

/** What came of it. */
export interface ChurnResult {
  readonly workers: number;
  readonly processKills: number;
  readonly prunerKills: number;
  readonly scrapes: number;
  /** Samples that fell from one scrape to the next. */
  readonly falls: readonly string[];
  /** Counts that were done, counts that were begun, and what the exporter says of both metrics in the end. */
  readonly done: number;
  readonly begun: number;
  readonly counted: number;
  readonly observed: number;
  /** The most files that any scrape found. */
  readonly mostFiles: number;
  readonly filesLeft: readonly string[];
  readonly generation: number;
  readonly seconds: number;
  readonly exporterErrors: string;
  readonly prunerErrors: string;
}

/**
 * Short-lived workers come and go, in processes of which one after another is killed; the pruner, a process of its
 * own, is killed again and again; the exporter is scraped every 50 ms.
 */
export async function runChurn(options: ChurnOptions): Promise<ChurnResult> {
  const { workers, processes, atATime, seed, prunerLivesMs, workersPerProcess } = options;
  const root = temporaryDirectory();
  const [dir, acks] = [join(root, 'shards'), join(root, 'acks')];
  mkdirSync(dir);
  mkdirSync(acks);
  const random = seededRandom(seed);
  const started = performance.now();
  const exporter = await startExporterProcess(dir);
  let mostFiles = 0;
  const watch = watchSamples(50, () => {
    mostFiles = Math.max(mostFiles, readdirSync(dir).length);
    return exporter.scrape();
  });
  const pruner = keepPruning(dir, () => random() * 2 * prunerLivesMs);

  let pools = 0;
  let processKills = 0;
  const lived = (): number => sumSaid(acks).workers;
  const runPool = async (most: number): Promise<void> => {
    const name = join(acks, `${pools++}`);
    const child = fork(POOL, [dir, name, `${atATime}`, `${most}`, `${seed + pools}`]);
    onTestFinished(() => void child.kill('SIGKILL'));
    const exit = exitOf(child);
    // Half of the processes are killed somewhere in the middle; the others come to their end.
    while (child.exitCode === null && child.signalCode === null) {
      await Promise.race([exit, sleep(50)]);
      const told = readSaid(name);
      if (pools % 2 === 0 && told.workers > most / 2 && random() < 0.2 && child.kill('SIGKILL')) {
        processKills++;
        await exit;
      }
    }
    if (child.exitCode !== null && child.exitCode !== 0)
      throw new Error(`A pool ended with ${child.exitCode}.`);
  };
  const lane = async (): Promise<void> => {
    while (lived() < workers) await runPool(Math.min(workersPerProcess, workers - lived() + atATime));
  };
  await Promise.all(Array.from({ length: processes }, lane));

  const { kills: prunerKills, errors: prunerErrors } = await pruner.stop();
  const report = await prune({ dir });
  if (report.kind !== 'done') throw new Error(`The last run of the pruner was ${report.kind}.`);
  const { scrapes, falls, last } = await watch.stop();
  const said = sumSaid(acks);
  return {
    workers: said.workers,
    processKills,
    prunerKills,
    scrapes,
    falls,
    done: said.done,
    begun: said.begun,
    counted: sumOf(last, (key) => key.startsWith('churn_total{')),
    observed: sumOf(last, (key) => key.startsWith('churn_seconds_count')),
    mostFiles,
    filesLeft: readdirSync(dir),
    generation: report.generation,
    seconds: Math.round((performance.now() - started) / 1000),
    exporterErrors: exporter.errors(),
    prunerErrors,
  };
}

/** Runs `promshard-pruner --watch`, kills it after a random time, and starts it again. */
function keepPruning(dir: string, lifeMs: () => number) {
  let isStopped = false;
  let kills = 0;
  let errors = '';
  const loop = (async () => {
    while (!isStopped) {
      const env = { ...process.env, PROMSHARD_PRUNE_INTERVAL_MS: '50' };
      const args = [PRUNER, '--watch', '--dir', dir];
      const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
      // It tells of each run that did something. One in four is killed while it gets ready, or soon after.
      let isAtWork = lifeMs() < lifeMs() / 3;
      child.stdout.on('data', () => (isAtWork = true));
      child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
      const exit = exitOf(child);
      for (const begun = performance.now(); !isStopped && !isAtWork && performance.now() - begun < 5000;) {
        await sleep(20);
      }
      for (const end = performance.now() + lifeMs(); !isStopped && performance.now() < end;) await sleep(20);
      child.kill('SIGKILL');
      kills++;
      await exit;
    }
  })();
  return {
    async stop() {
      isStopped = true;
      await loop;
      return { kills, errors };
    },
  };
}

function exitOf(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve) => child.once('exit', resolve));
}

/** What a pool has said: see churning-pool.mjs. */
function readSaid(file: string): { begun: number; done: number; workers: number } {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch {
    bytes = Buffer.alloc(0);
  }
  // A process that was killed before it had its file said nothing.
  if (bytes.length < 24) return { begun: 0, done: 0, workers: 0 };
  return { begun: bytes.readDoubleLE(0), done: bytes.readDoubleLE(8), workers: bytes.readDoubleLE(16) };
}

function sumSaid(acks: string): { begun: number; done: number; workers: number } {
  const sum = { begun: 0, done: 0, workers: 0 };
  for (const name of readdirSync(acks)) {
    const { begun, done, workers } = readSaid(join(acks, name));
    sum.begun += begun;
    sum.done += done;
    sum.workers += workers;
  }
  return sum;
}
