import cluster, { type Worker } from 'node:cluster';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

import { Piscina } from 'piscina';
import { Registry } from 'prom-client';
import { expect, onTestFinished, test } from 'vitest';

import {
  clusterPool,
  type Collector,
  createCollectors,
  type PoolJob,
  piscinaPool,
  workerPool,
} from '../src/index.js';
import { exposed, untilValue, valueOf } from './exposed.js';

function collecting(...collectors: readonly Collector[]): { registry: Registry; close: () => void } {
  const registry = new Registry();
  const { close } = createCollectors({ registry, collectors });
  onTestFinished(close);
  return { registry, close };
}

function threads(options: { maxQueue?: number } = {}): Piscina {
  const filename = fileURLToPath(new URL('fixtures/thread.mjs', import.meta.url));
  const pool = new Piscina({ filename, name: 'work', minThreads: 2, maxThreads: 2, ...options });
  onTestFinished(() => pool.destroy());
  pool.on('error', () => {});
  return pool;
}

test('threads, jobs at work, waiting and done are those of a Piscina', async () => {
  const pool = threads();
  const { registry } = collecting(piscinaPool(pool, { name: 'threads' }));
  expect(await exposed(registry, 'worker_pool')).toEqual([
    'worker_pool_workers{name="threads"} 2',
    'worker_pool_active{name="threads"} 0',
    'worker_pool_queued{name="threads"} 0',
    'worker_pool_processed_total{name="threads",result="success"} 0',
    'worker_pool_processed_total{name="threads",result="failure"} 0',
    'worker_pool_processed_total{name="threads",result="aborted"} 0',
  ]);
  // Both threads are there before anything waits.
  await Promise.all([pool.run({ what: 'work', ms: 50 }), pool.run({ what: 'work', ms: 50 })]);
  const abort = new AbortController();
  const runs = [
    pool.run({ what: 'work', ms: 300 }),
    pool.run({ what: 'fail', ms: 300 }),
    pool.run({ what: 'work' }),
    pool.run({ what: 'work', ms: 60_000 }, { signal: abort.signal }),
    pool.run({ what: 'die' }),
  ];
  const settled = Promise.allSettled(runs);
  expect(await valueOf(registry, 'worker_pool_active{name="threads"}')).toBe(2);
  expect(await valueOf(registry, 'worker_pool_queued{name="threads"}')).toBe(pool.queueSize);
  expect(pool.queueSize).toBe(3);
  abort.abort();
  expect((await settled).map(({ status }) => status)).toEqual([
    'fulfilled',
    'rejected',
    'fulfilled',
    'rejected',
    'rejected',
  ]);
  expect(await exposed(registry, 'worker_pool')).toEqual(
    expect.arrayContaining([
      'worker_pool_active{name="threads"} 0',
      'worker_pool_queued{name="threads"} 0',
      'worker_pool_processed_total{name="threads",result="success"} 4',
      'worker_pool_processed_total{name="threads",result="failure"} 2',
      'worker_pool_processed_total{name="threads",result="aborted"} 1',
    ]),
  );
});

test('a job that a full Piscina refuses has failed', async () => {
  const pool = threads({ maxQueue: 1 });
  const { registry } = collecting(piscinaPool(pool, { name: 'threads' }));
  const runs = await Promise.allSettled(Array.from({ length: 8 }, () => pool.run({ what: 'work', ms: 100 })));
  const refused = runs.filter(({ status }) => status === 'rejected').length;
  expect(refused).toBeGreaterThan(0);
  expect(await valueOf(registry, 'worker_pool_processed_total{name="threads",result="failure"}')).toBe(
    refused,
  );
  expect(await valueOf(registry, 'worker_pool_processed_total{name="threads",result="success"}')).toBe(
    8 - refused,
  );
  expect(await valueOf(registry, 'worker_pool_active{name="threads"}')).toBe(0);
});

test('a Piscina is as it was once nobody collects it, however often it was wrapped', async () => {
  const pool = threads();
  const { run } = pool;
  const first = collecting(piscinaPool(pool, { name: 'threads' }));
  const second = collecting(piscinaPool(pool, { name: 'threads' }));
  await pool.run({ what: 'work' });
  expect(await valueOf(second.registry, 'worker_pool_processed_total{name="threads",result="success"}')).toBe(
    1,
  );
  // Not in the order of wrapping.
  first.close();
  await pool.run({ what: 'work' });
  expect(await valueOf(second.registry, 'worker_pool_processed_total{name="threads",result="success"}')).toBe(
    2,
  );
  second.close();
  await pool.run({ what: 'work' });
  const third = collecting(piscinaPool(threads(), { name: 'threads' }));
  third.close();
  const untouched = threads();
  const alone = collecting(piscinaPool(untouched, { name: 'threads' }));
  expect(untouched.run).not.toBe(run);
  alone.close();
  expect(untouched.run).toBe(run);
  expect(Object.hasOwn(untouched, 'run')).toBe(false);
});

test('a Piscina that lets nothing be replaced shows what it tells itself', async () => {
  const pool = Object.freeze(threads());
  const { registry } = collecting(piscinaPool(pool, { name: 'threads' }));
  await pool.run({ what: 'work' });
  expect(await exposed(registry, 'worker_pool')).toEqual([
    'worker_pool_workers{name="threads"} 2',
    'worker_pool_queued{name="threads"} 0',
  ]);
});

test('processes of a cluster, and what became of the jobs that they were given, are shown', async () => {
  cluster.setupPrimary({ exec: fileURLToPath(new URL('fixtures/cluster-worker.mjs', import.meta.url)) });
  const pool = clusterPool(cluster, { name: 'web' });
  const { registry } = collecting(pool);
  const workers = [cluster.fork(), cluster.fork()];
  onTestFinished(() => {
    for (const worker of workers) worker.process.kill('SIGKILL');
  });
  const [first, second] = workers as [Worker, Worker];
  await Promise.all(workers.map((worker) => once(worker, 'message')));
  expect(await valueOf(registry, 'worker_pool_workers{name="web"}')).toBe(2);

  const jobs = new Map<number, PoolJob<Worker>>();
  let ids = 0;
  const send = (worker: Worker, what: string): void => {
    const job = pool.job();
    jobs.set(++ids, job);
    job.started(worker);
    worker.send({ id: ids, what });
  };
  cluster.on('message', (_worker, { id, result }: { id: number; result: 'success' | 'failure' }) =>
    jobs.get(id)?.ended(result),
  );
  onTestFinished(() => void cluster.removeAllListeners('message'));
  const waiting = pool.job();
  for (const what of ['work', 'work', 'fail', 'hang']) send(first, what);
  send(second, 'hang');
  await untilValue(registry, 'worker_pool_active{name="web"}', 2);
  expect(await valueOf(registry, 'worker_pool_queued{name="web"}')).toBe(1);

  first.process.kill('SIGKILL');
  await once(first, 'exit');
  // What is given to the dead is lost, too.
  const late = pool.job();
  late.started(first);
  waiting.ended('aborted');
  waiting.started(second);
  waiting.ended('success');
  expect(await exposed(registry, 'worker_pool')).toEqual([
    'worker_pool_workers{name="web"} 1',
    'worker_pool_active{name="web"} 1',
    'worker_pool_queued{name="web"} 0',
    'worker_pool_processed_total{name="web",result="success"} 2',
    'worker_pool_processed_total{name="web",result="failure"} 1',
    'worker_pool_processed_total{name="web",result="aborted"} 1',
    'worker_pool_processed_total{name="web",result="lost"} 2',
  ]);
  second.process.kill('SIGKILL');
  await once(second, 'exit');
  expect(await valueOf(registry, 'worker_pool_processed_total{name="web",result="lost"}')).toBe(3);
  expect(await valueOf(registry, 'worker_pool_workers{name="web"}')).toBe(0);
});

test('a pool of any kind says itself what happens to its jobs, each of which counts once', async () => {
  const pool = workerPool({ name: 'own' });
  const before = pool.job();
  const { registry } = collecting(pool);
  before.started();
  before.started();
  before.ended('success');
  before.ended('failure');
  pool.job();
  pool.job().started();
  expect(await exposed(registry, 'worker_pool')).toEqual([
    'worker_pool_active{name="own"} 1',
    'worker_pool_queued{name="own"} 1',
    'worker_pool_processed_total{name="own",result="success"} 1',
    'worker_pool_processed_total{name="own",result="failure"} 0',
    'worker_pool_processed_total{name="own",result="aborted"} 0',
    'worker_pool_processed_total{name="own",result="lost"} 0',
  ]);
});
