import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';

import type { ModuleFacts } from '../source/module-facts.js';

/** A text to be read, and the path whose ending says what language it is. */
export interface ScanRequest {
  readonly path: string;
  readonly text: string;
}

/** Below this a thread takes longer to start than it saves: about a third of a second of parsing. */
const WORTH_THREADS_BYTES = 1_500_000;
/** Small enough that no thread is left alone with a large last part. */
const CHUNK_BYTES = 250_000;
/** Beyond it the main thread, which takes the facts in, is what is waited for. */
const MAX_THREADS = 6;

/** Threads' program, beside the built chunk of this file; absent where the sources run unbuilt. */
const PROGRAM = new URL('scan-thread.js', import.meta.url);

/** Whether several threads would be done sooner than this one. */
export function isWorthThreads(requests: readonly ScanRequest[]): boolean {
  const size = requests.reduce((sum, { text }) => sum + text.length, 0);
  return size > WORTH_THREADS_BYTES && availableParallelism() > 1 && existsSync(fileURLToPath(PROGRAM));
}

/** Reads texts in as many threads as there are cores, and ends these. The answers are in the order of the requests. */
export async function scanInThreads(requests: readonly ScanRequest[]): Promise<ModuleFacts[]> {
  const chunks = chunksOf(requests);
  const results: ModuleFacts[][] = [];
  let next = 0;
  const count = Math.min(availableParallelism(), MAX_THREADS, chunks.length);
  await Promise.all(
    Array.from({ length: count }, async () => {
      const thread = new Worker(PROGRAM);
      try {
        for (let index = next++; index < chunks.length; index = next++) {
          results[index] = await ask(thread, chunks[index] ?? []);
        }
      } finally {
        await thread.terminate();
      }
    }),
  );
  return results.flat();
}

function ask(thread: Worker, chunk: readonly ScanRequest[]): Promise<ModuleFacts[]> {
  return new Promise((resolve, reject) => {
    const settle = (act: () => void): void => {
      thread.removeAllListeners('message').removeAllListeners('error').removeAllListeners('exit');
      act();
    };
    thread.on('message', (facts: ModuleFacts[]) => settle(() => resolve(facts)));
    thread.on('error', (error) => settle(() => reject(error)));
    thread.on('exit', (code) =>
      settle(() => reject(new Error(`A scanning thread ended with ${code} before it answered.`))),
    );
    thread.postMessage(chunk);
  });
}

function chunksOf(requests: readonly ScanRequest[]): ScanRequest[][] {
  const chunks: ScanRequest[][] = [];
  let size = Infinity;
  for (const request of requests) {
    if (size + request.text.length > CHUNK_BYTES) {
      chunks.push([]);
      size = 0;
    }
    chunks.at(-1)?.push(request);
    size += request.text.length;
  }
  return chunks;
}
