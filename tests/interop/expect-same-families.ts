import { createAggregator } from '@promshard/aggregator';
import { expect } from 'vitest';

import { fromPython, type PythonPeer } from './python-client.js';
import { roundingBounds } from './rounding-bounds.js';

interface Family {
  readonly name: string;
  readonly type: string;
  readonly help: string;
  /** Series as text, with the value; sorted, since Python's order is that of first sight. */
  readonly samples: readonly (readonly [series: string, value: number])[];
}

/**
 * Expects that Python's collector and our aggregator see the same in a directory: families, labels, and values, which
 * may differ by what Python's additions round away, and by nothing where nothing is added.
 */
export async function expectSameFamilies(python: PythonPeer, dir: string): Promise<void> {
  const theirs = (await python.collect(dir)).map(([name, type, help, samples]) => {
    const sorted = sortedSamples(
      samples.map(([sample, labels, value]) => [sample, labels, fromPython(value)]),
    );
    return { name, type, help, samples: sorted };
  });
  const snapshot = await createAggregator({ dir }).collect();
  const ours = snapshot.families.map(({ name, type, help, samples }) => {
    const plain = samples
      // What summaries' quantiles are made of lies where Python does not look.
      .filter(({ labels }) => type !== 'summary' || labels.at(-1)?.[0] !== 'quantile')
      .map((sample) => [sample.name, sample.labels, sample.value] as const);
    return { name, type, help, samples: sortedSamples(plain) };
  });
  expect(ours).toEqual(withinRounding(served(theirs), ours, roundingBounds(dir)));
  const told = snapshot.problems.filter(({ code }) => code !== 'bucket-conflict');
  expect(told).toEqual([]);
}

/** The expected families, with our value in place of each of theirs that differs by rounding alone. */
function withinRounding(theirs: Family[], ours: readonly Family[], bounds: Map<string, number>): Family[] {
  return theirs.map((family) => {
    const bound = bounds.get(family.name);
    if (bound === undefined) return family;
    const mine = new Map(ours.find(({ name }) => name === family.name)?.samples);
    const samples = family.samples.map(([series, value]) => {
      const own = mine.get(series);
      return [series, own !== undefined && Math.abs(own - value) <= bound ? own : value] as const;
    });
    return { ...family, samples };
  });
}

type PlainSample = readonly [name: string, labels: readonly (readonly [string, string])[], value: number];

function sortedSamples(samples: readonly PlainSample[]): [string, number][] {
  return samples
    .map(([name, labels, value]): [string, number] => [
      JSON.stringify([name, labels.toSorted(([a], [b]) => (a < b ? -1 : 1))]),
      value,
    ])
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
}

/** Python also gives families of which no series counts: a most-recent gauge that was never set. */
function served(families: readonly Family[]): Family[] {
  return families.filter(({ samples }) => samples.length > 0).toSorted((a, b) => (a.name < b.name ? -1 : 1));
}
