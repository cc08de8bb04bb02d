import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';

import { createAggregator, type Sample } from '@promshard/aggregator';
import { onTestFinished, vi } from 'vitest';

import { temporaryDirectory } from '../support/temporary-directory.js';

const WRITER = fileURLToPath(new URL('loaded-writer.mjs', import.meta.url));
const THREADS = 2;
const PROCESSES = 2;
const WRITERS = THREADS + PROCESSES;
/** What the writers' gauges may be; see there. */
const PATTERNS = new Set(
  new Float64Array(Uint8Array.from({ length: 64 }, (_, i) => 0x11 * (1 + (i >> 3))).buffer),
);

/** What was seen. */
export interface Sampled {
  readonly samples: number;
  /** Counted by the writers until the end. */
  readonly counted: number;
  /** What cannot be, in words. */
  readonly faults: readonly string[];
}

/** Samples a directory without pause while two threads and two processes write into it. */
export async function sampleUnderLoad(backend: 'mmap' | 'pwrite', milliseconds: number): Promise<Sampled> {
  const root = temporaryDirectory();
  const [dir, marks] = [join(root, 'shards'), join(root, 'marks')];
  mkdirSync(dir);
  writeFileSync(marks, new Uint8Array(16 * WRITERS));
  for (let place = 0; place < WRITERS; place++) await startWriter([dir, backend, marks, `${place}`]);

  const aggregator = createAggregator({ dir });
  const faults: string[] = [];
  await vi.waitUntil(() => readMarks(marks).every(({ counted }) => counted > 0), { timeout: 30_000 });
  const end = performance.now() + milliseconds;
  let samples = 0;
  let before = 0;
  while (performance.now() < end) {
    const least = sum(readMarks(marks).map(({ counted }) => counted));
    const { families, problems } = await aggregator.collect();
    const most = sum(readMarks(marks).map(({ intended }) => intended));
    samples++;
    faults.push(...problems.map(({ message }) => message));
    const seen = new Map(families.map(({ name, samples: each }) => [name, each]));
    const total = valueOf(seen.get('load'), 'load_total');
    if (!(total >= least && total <= most)) faults.push(`${total} counted, of ${least} to ${most}`);
    if (total < before) faults.push(`${total} after ${before}`);
    before = total;
    faults.push(...judgeHistogram(seen.get('load_size') ?? [], least, most));
    const gauges = seen.get('load_pattern') ?? [];
    if (gauges.length !== WRITERS) faults.push(`${gauges.length} gauges`);
    for (const { value } of gauges) if (!PATTERNS.has(value)) faults.push(`a torn value: ${value}`);
  }
  return { samples, counted: sum(readMarks(marks).map(({ counted }) => counted)), faults };
}

function judgeHistogram(samples: readonly Sample[], least: number, most: number): string[] {
  const faults: string[] = [];
  const buckets = samples.filter(({ name }) => name === 'load_size_bucket').map(({ value }) => value);
  const count = valueOf(samples, 'load_size_count');
  if (buckets.length !== 4) faults.push(`${buckets.length} buckets`);
  if (!buckets.every((value, i) => value >= (buckets[i - 1] ?? 0)))
    faults.push(`buckets ${buckets.join(', ')}`);
  if (buckets.at(-1) !== count) faults.push(`+Inf is ${buckets.at(-1)} and the count ${count}`);
  if (!(count >= least && count <= most)) faults.push(`${count} observed, of ${least} to ${most}`);
  return faults;
}

function valueOf(samples: readonly Sample[] | undefined, name: string): number {
  return samples?.find((sample) => sample.name === name)?.value ?? Number.NaN;
}

async function startWriter(args: [string, string, string, string]): Promise<void> {
  if (Number(args[3]) < THREADS) {
    const thread = new Worker(WRITER, { workerData: args });
    onTestFinished(() => void thread.terminate());
    await once(thread, 'online');
  } else {
    const child = fork(WRITER, args);
    onTestFinished(() => void child.kill('SIGKILL'));
    await once(child, 'spawn');
  }
}

/** What each writer has begun and finished to count. */
function readMarks(file: string): { intended: number; counted: number }[] {
  const bytes = readFileSync(file);
  const numbers = new Float64Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
  return Array.from({ length: WRITERS }, (_, i) => ({
    intended: numbers[2 * i] ?? 0,
    counted: numbers[2 * i + 1] ?? 0,
  }));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
