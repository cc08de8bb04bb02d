import { createAggregator } from '@promshard/aggregator';
import { Gauge, openShardStore } from '@promshard/writer';
import { AggregatorRegistry, Gauge as PromGauge, Registry, type Aggregator } from 'prom-client';
import { expect, test } from 'vitest';

import { temporaryDirectory } from '../support/temporary-directory.js';

const configuration = { name: 'g', help: 'h', labelNames: ['a'] } as const;
/** What two processes set. */
const PROCESSES = [
  { x: 4, y: 1 },
  { x: 10, y: -3 },
] as const;

const ALL: readonly Aggregator[] = ['sum', 'min', 'max', 'average', 'first', 'omit'];

test.each(ALL)(
  "aggregator %s gives in the shards what it gives in prom-client's cluster",
  async (aggregator) => {
    const answers: object[][] = [];
    const dir = temporaryDirectory();
    for (const values of PROCESSES) {
      const registry = new Registry();
      const theirs = new PromGauge({ ...configuration, aggregator, registers: [registry] });
      const store = openShardStore({ dir, isolated: true });
      const ours = new Gauge({ ...configuration, aggregator, registers: [], store });
      for (const [a, value] of Object.entries(values)) {
        theirs.set({ a }, value);
        ours.set({ a }, value);
      }
      answers.push(await registry.getMetricsAsJSON());
      store.flush();
    }
    // `first` is whichever worker answers first; here it is the one that set last.
    if (aggregator === 'first') answers.reverse();
    const [cluster] = await AggregatorRegistry.aggregate(answers).getMetricsAsJSON();
    const { families } = await createAggregator({ dir }).collect();
    const scraped = families.find(({ name }) => name === 'g')?.samples;
    expect(scraped?.map(({ labels, value }) => ({ labels: Object.fromEntries(labels), value }))).toEqual(
      cluster?.values,
    );
  },
);
