import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { createAggregator } from '@promshard/aggregator';
import { parseExposition, renderOpenMetrics, renderText } from '@promshard/exposition';
import { prune } from '@promshard/pruner';
import { rankOf, relativeErrorOf } from '@promshard/shard-format';
import { expect, onTestFinished, test } from 'vitest';

import { hasNative } from '../support/tools.js';
import { temporaryDirectory } from '../support/temporary-directory.js';
import { latencies } from './latencies.mjs';

/** Processes whose latencies have nothing in common: an average of their quantiles would be of none of them. */
const PROCESSES = [
  { process: 1, count: 40_000, median: 0.0008, spread: 0.3 },
  { process: 2, count: 9000, median: 0.03, spread: 0.8 },
  { process: 3, count: 1500, median: 1.5, spread: 0.5 },
  { process: 4, count: 60, median: 45, spread: 1.2 },
];
const QUANTILES = [0.01, 0.25, 0.5, 0.9, 0.95, 0.99, 0.999];

/** What a sketch promises where nothing else is asked for: scale 5. */
const STATED_ERROR = relativeErrorOf(5);

const backends = hasNative() ? (['mmap', 'pwrite'] as const) : (['pwrite'] as const);

test.each(backends)(
  'quantiles of four processes are within the stated error of those of all samples, also when one was killed and folded (%s)',
  { timeout: 60_000 },
  async (backend) => {
    const dir = temporaryDirectory();
    const children = await Promise.all(PROCESSES.map((kind) => observe(dir, backend, kind)));
    const aggregator = createAggregator({ dir });
    const before = await quantiles(aggregator);
    for (const [at, route] of ['/even', '/odd'].entries()) {
      const all = PROCESSES.flatMap((kind) => latencies(kind).filter((_, i) => i % 2 === at)).toSorted(
        (a, b) => a - b,
      );
      for (const quantile of QUANTILES) {
        const exact = all[rankOf(quantile, all.length) - 1] ?? Number.NaN;
        const estimate = before.get(`${route} ${quantile}`) ?? Number.NaN;
        expect(Math.abs(estimate / exact - 1), `${route} at ${quantile}`).toBeLessThanOrEqual(STATED_ERROR);
      }
    }

    const [killed] = children.splice(1, 1);
    killed?.kill('SIGKILL');
    await once(killed as ChildProcess, 'exit');
    const report = await prune({ dir });
    expect(report).toMatchObject({ kind: 'done', left: [] });
    expect(readdirSync(dir).filter((name) => /^sketch_folded-\d+\.shard$/.test(name))).toHaveLength(1);
    expect(readdirSync(dir).filter((name) => name.startsWith('sketch_'))).toHaveLength(4);
    expect(await quantiles(aggregator)).toEqual(before);

    for (const child of children) {
      child.disconnect();
      await once(child, 'exit');
    }
    expect(await prune({ dir })).toMatchObject({ kind: 'done', left: [] });
    expect(await quantiles(aggregator)).toEqual(before);
    expect(await quantiles(createAggregator({ dir }))).toEqual(before);
  },
);

async function observe(dir: string, backend: string, kind: object): Promise<ChildProcess> {
  const program = fileURLToPath(new URL('observing-process.mjs', import.meta.url));
  const child = fork(program, [dir, backend, JSON.stringify(kind)]);
  onTestFinished(() => void child.kill('SIGKILL'));
  expect(await once(child, 'message')).toEqual(['counted', undefined]);
  return child;
}

/** Quantiles as both formats show them, by route and quantile. */
async function quantiles(aggregator: ReturnType<typeof createAggregator>): Promise<Map<string, number>> {
  const snapshot = await aggregator.collect();
  expect(snapshot.problems).toEqual([]);
  const read = [
    parseExposition(renderText(snapshot), { format: 'text' }),
    parseExposition(renderOpenMetrics(snapshot), { format: 'openmetrics' }),
  ].map(({ families }) => {
    const samples = families.find(({ name }) => name === 'request_seconds')?.samples ?? [];
    return new Map(
      samples
        .filter(({ name }) => name === 'request_seconds')
        .map(({ labels, value }) => {
          const { route, quantile } = Object.fromEntries(labels) as Record<string, string>;
          return [`${route} ${Number(quantile)}`, value] as const;
        }),
    );
  });
  expect(read[0]).toEqual(read[1]);
  expect(read[0]?.size).toBe(2 * QUANTILES.length);
  return read[0] ?? new Map<string, number>();
}
