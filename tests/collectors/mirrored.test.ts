import { createAggregator } from '@promshard/aggregator';
import { createCollectors, redis, workerPool } from '@promshard/collectors';
import { mirrorRegistry, openShardStore } from '@promshard/writer';
import { Registry } from 'prom-client';
import { expect, onTestFinished, test } from 'vitest';

import { temporaryDirectory } from '../support/temporary-directory.js';
import { TIMES, untilValue } from './scrape.js';

test('what workers collect is combined over them where their registries are mirrored into shards', async () => {
  const dir = temporaryDirectory();
  const workers = [
    { answers: true, jobs: 2 },
    { answers: false, jobs: 3 },
  ];
  for (const { answers, jobs } of workers) {
    const store = openShardStore({ dir, isolated: true });
    const registry = new Registry();
    const ping = (): Promise<string> =>
      answers ? Promise.resolve('PONG') : Promise.reject(new Error('no answer'));
    const pool = workerPool({ name: 'threads' });
    for (let i = 0; i < jobs; i++) pool.job().ended('success');
    pool.job();
    const { close } = createCollectors({
      registry,
      collectors: [redis({ ping }, { name: 'cache' }), pool],
      ...TIMES,
    });
    const mirror = mirrorRegistry(registry, { store });
    onTestFinished(async () => {
      await mirror.close();
      close();
      store.close();
    });
    await untilValue(registry, 'redis_up{name="cache"}', answers ? 1 : 0);
    await mirror.mirrorNow();
  }
  const { families } = await createAggregator({ dir }).collect();
  const sums = families
    .flatMap(({ samples }) => samples)
    .filter(({ name }) => /^redis_up|^worker_pool/.test(name))
    .map(({ name, labels, value }) => [name, labels.map((label) => label.join('=')).join(), value]);
  expect(sums).toEqual([
    // One of them cannot reach it.
    ['redis_up', 'name=cache', 0],
    ['worker_pool_active', 'name=threads', 0],
    ['worker_pool_processed_total', 'name=threads,result=aborted', 0],
    ['worker_pool_processed_total', 'name=threads,result=failure', 0],
    ['worker_pool_processed_total', 'name=threads,result=lost', 0],
    ['worker_pool_processed_total', 'name=threads,result=success', 5],
    ['worker_pool_queued', 'name=threads', 2],
  ]);
});
