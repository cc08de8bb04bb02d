import { setTimeout as sleep } from 'node:timers/promises';

import { expect } from 'vitest';

import { topology } from './topology.mjs';
import { startWorker } from './worker-process.js';

const MOMENTS_MS = [60, 145, 211, 302];

/**
 * Starts workers one after another and kills each wherever it is, with one backend and the other.
 *
 * @returns How many jobs the killed ones had in hand together, at most.
 */
export async function killAtAnyMoment(
  program: string,
  env: Readonly<Record<string, string>>,
): Promise<number> {
  for (const [index, ms] of MOMENTS_MS.entries()) {
    const backend = index % 2 === 0 ? 'auto' : 'pwrite';
    const worker = await startWorker(program, { ...env, PROMSHARD_BACKEND: backend });
    await sleep(ms);
    await worker.kill();
  }
  return MOMENTS_MS.length * topology.queue('files').concurrency;
}

/** Expects a number between two others, these included. */
export function expectWithin(value: number, min: number, max: number): void {
  expect(value).toBeGreaterThanOrEqual(min);
  expect(value).toBeLessThanOrEqual(max);
}
