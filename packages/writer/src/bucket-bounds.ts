import { WriterError } from './writer-error.js';

/** prom-client's default bounds, in seconds. */
export const DEFAULT_BUCKETS: readonly number[] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/**
 * A histogram's finite upper bounds, ascending, each once; the bucket above them is understood.
 *
 * @throws {@link WriterError} `BUCKETS_INVALID` where one is not a number.
 */
export function bucketBounds(name: string, buckets: readonly number[]): Float64Array {
  if (!buckets.every((bound) => typeof bound === 'number' && !Number.isNaN(bound))) {
    throw new WriterError('BUCKETS_INVALID', `The buckets of histogram ${name} must all be numbers.`);
  }
  return Float64Array.from(new Set(buckets.filter((bound) => Number.isFinite(bound)))).toSorted();
}

/** Bounds up to which one halving and a walk beat a search: each guess the processor gets wrong costs many steps. */
const WALKED = 24;

/** The first bound that is not below the value; the number of bounds where all are. */
export function bucketOf(bounds: Float64Array, value: number): number {
  let low = 0;
  let high = bounds.length;
  while (high - low > WALKED) {
    const middle = (low + high) >>> 1;
    if (value <= (bounds[middle] ?? 0)) high = middle;
    else low = middle + 1;
  }
  const middle = (low + high) >>> 1;
  if (middle < high && value > (bounds[middle] ?? 0)) low = middle + 1;
  while (low < high && value > (bounds[low] ?? 0)) low++;
  return low;
}
