import { createAggregator } from '@promshard/aggregator';
import { prune } from '@promshard/pruner';
import { expect } from 'vitest';

type Labels = Readonly<Record<string, string>>;

/** What the shards of a directory say, as an exporter would read them. */
export interface Counts {
  /** The sum of all series of a sample with these labels; undefined where there is none. */
  find(sample: string, labels?: Labels): number | undefined;
  /** The same, 0 where there is none. */
  of(sample: string, labels?: Labels): number;
  /** The values of a label over all metrics, sorted. */
  valuesOf(label: string): readonly string[];
}

/** Reads a directory; there must be nothing wrong in it. */
export async function readCounts(dir: string): Promise<Counts> {
  const { families, problems } = await createAggregator({ dir }).collect();
  expect(problems).toEqual([]);
  const samples = families.flatMap((family) => family.samples);
  const find = (name: string, labels: Labels = {}): number | undefined => {
    const wanted = Object.entries(labels);
    const found = samples.filter(
      (sample) =>
        sample.name === name &&
        wanted.every(([label, value]) => sample.labels.some(([l, v]) => l === label && v === value)),
    );
    return found.length === 0 ? undefined : found.reduce((sum, { value }) => sum + value, 0);
  };
  return {
    find,
    of: (name, labels) => find(name, labels) ?? 0,
    valuesOf: (label) =>
      [
        ...new Set(samples.flatMap((sample) => sample.labels.flatMap(([l, v]) => (l === label ? [v] : [])))),
      ].toSorted((a, b) => (a < b ? -1 : 1)),
  };
}

/** Reads a directory before and after the dead are folded: the counters must not differ. */
export async function readFolded(dir: string): Promise<Counts> {
  const before = await readCounts(dir);
  await prune({ dir });
  const after = await readCounts(dir);
  for (const name of ['task_started_total', 'task_success_total', 'task_failure_total', 'task_retried_total'])
    expect(after.of(name)).toBe(before.of(name));
  return after;
}
