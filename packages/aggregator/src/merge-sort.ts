import type { Pace } from './pace.js';

const RUN = 1024;

/**
 * Sorts `items` of which the first `inOrder` are in order, in stretches between which the event loop is released. Of
 * equal items the first stays first.
 */
export async function mergeSort<T>(
  items: readonly T[],
  inOrder: number,
  compare: (a: T, b: T) => number,
  pace: Pace,
): Promise<T[]> {
  let runs: T[][] = [];
  for (let start = inOrder; start < items.length; start += RUN) {
    if (pace.isUp()) await pace.rest();
    runs.push(items.slice(start, start + RUN).toSorted(compare));
  }
  while (runs.length > 1) {
    const merged: T[][] = [];
    for (let i = 0; i < runs.length; i += 2)
      merged.push(await merge(runs[i] ?? [], runs[i + 1] ?? [], compare, pace));
    runs = merged;
  }
  const [sorted = []] = runs;
  return inOrder === 0 ? sorted : merge(items.slice(0, inOrder), sorted, compare, pace);
}

async function merge<T>(
  left: readonly T[],
  right: readonly T[],
  compare: (a: T, b: T) => number,
  pace: Pace,
): Promise<T[]> {
  const merged: T[] = [];
  let i = 0;
  let j = 0;
  while (i < left.length || j < right.length) {
    if (merged.length % RUN === 0 && pace.isUp()) await pace.rest();
    const [a, b] = [left[i], right[j]];
    if (b === undefined || (a !== undefined && compare(a, b) <= 0)) {
      if (a !== undefined) merged.push(a);
      i++;
    } else {
      merged.push(b);
      j++;
    }
  }
  return merged;
}
