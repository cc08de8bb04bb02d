import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import { build } from 'tsup';
import { onTestFinished } from 'vitest';

import { seededRandom } from './seeded-random.js';

const WORKER = fileURLToPath(new URL('short-lived-worker.mjs', import.meta.url));
const ADDON = fileURLToPath(new URL('../../packages/native/build', import.meta.url));
const REQUIRE =
  "import { createRequire as makeRequire } from 'node:module'; const require = makeRequire(import.meta.url);";

/** Two float64 values for each worker. */
const PLACE_BYTES = 16;

/** How a worker process ends. */
type End = 'be-killed' | 'kill-itself' | 'exit' | 'close';

/** The parent of worker processes, each of which lives for a moment. */
export interface ShortLivedWorkers {
  /** Starts a process that counts once, and on, until the end of the test, and waits until its files are there. */
  startOneThatOutlives(): Promise<ChildProcess>;
  /** Runs `workers` processes, `atATime` at once, and resolves when the last has ended. */
  run(workers: number, atATime: number): Promise<void>;
  /** Processes started, those ended by SIGKILL, and those of them that the parent killed in the middle of something. */
  readonly count: { readonly started: number; readonly killed: number; readonly cutOff: number };
  /** Counts that were begun, and those that were done. */
  said(): { readonly begun: number; readonly done: number };
}

/**
 * Makes the workers' program one file, so that a process of it starts in two thirds of the time.
 *
 * @param root - A folder of the test's own.
 * @param most - How many processes there may be.
 */
export async function prepareWorkers(
  root: string,
  dir: string,
  most: number,
  seed: number,
): Promise<ShortLivedWorkers> {
  const outDir = join(root, 'worker', 'dist');
  mkdirSync(outDir, { recursive: true });
  // Where the bundle looks for it: beside the folder that it lies in.
  symlinkSync(ADDON, join(root, 'worker', 'build'));
  await build({
    entry: [WORKER],
    outDir,
    format: ['esm'],
    outExtension: () => ({ js: '.mjs' }),
    platform: 'node',
    noExternal: [/.*/],
    minify: true,
    banner: { js: REQUIRE },
    config: false,
    silent: true,
  });
  const acks = join(root, 'acks');
  const bytes = Math.ceil((most * PLACE_BYTES) / 65_536) * 65_536;
  writeFileSync(acks, Buffer.alloc(bytes));
  const random = seededRandom(seed);
  const count = { started: 0, killed: 0, cutOff: 0 };
  const living = new Set<ChildProcess>();
  onTestFinished(() => {
    for (const child of living) child.kill('SIGKILL');
  });

  const start = (end: End | 'outlive'): ChildProcess => {
    const place = count.started++;
    const program = join(outDir, 'short-lived-worker.mjs');
    const args = [program, dir, acks, `${bytes}`, `${place}`, end, `${seed + place}`];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    living.add(child);
    child.once('exit', () => living.delete(child));
    return child;
  };
  const live = async (): Promise<void> => {
    const end = pickEnd(random());
    const child = start(end);
    const exit = exitOf(child);
    if (end === 'be-killed') {
      // While it starts, or while it counts.
      await Promise.race([exit, sleep(random() * 1000)]);
      if (child.kill('SIGKILL')) count.cutOff++;
    }
    await exit;
    if (child.signalCode === 'SIGKILL') count.killed++;
    else if (child.exitCode !== 0) throw new Error(`A worker ended with ${child.exitCode}.`);
  };
  return {
    count,
    startOneThatOutlives: async () => {
      const child = start('outlive');
      await new Promise((resolve) => child.stdout?.once('data', resolve));
      return child;
    },
    run: async (workers, atATime) => {
      let toCome = workers;
      const lane = async (): Promise<void> => {
        while (toCome-- > 0) await live();
      };
      await Promise.all(Array.from({ length: atATime }, lane));
    },
    said: () => sumSaid(readFileSync(acks)),
  };
}

/** Most end by a SIGKILL, as they do when memory is short. */
function pickEnd(random: number): End {
  if (random < 0.4) return 'kill-itself';
  if (random < 0.6) return 'be-killed';
  return random < 0.8 ? 'exit' : 'close';
}

/** Resolves when a child process has ended. */
export function exitOf(child: ChildProcess): Promise<unknown> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => child.once('exit', resolve));
}

function sumSaid(bytes: Buffer): { begun: number; done: number } {
  const sum = { begun: 0, done: 0 };
  for (let offset = 0; offset < bytes.length; offset += PLACE_BYTES) {
    sum.begun += bytes.readDoubleLE(offset);
    sum.done += bytes.readDoubleLE(offset + 8);
  }
  return sum;
}
