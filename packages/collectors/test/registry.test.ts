import { collectDefaultMetrics, Gauge, type OpenMetricsContentType, Registry, register } from 'prom-client';
import { expect, onTestFinished, test } from 'vitest';

import {
  clusterPool,
  type Collector,
  createCollectors,
  piscinaPool,
  postgresPool,
  processMetrics,
  redis,
  serviceInfo,
  workerPool,
} from '../src/index.js';
import { exposed, untilValue, valueOf } from './exposed.js';

const answering = { ping: () => Promise.resolve('PONG') };

test('a scrape shows all collectors in full', async () => {
  const registry = new Registry();
  const jobs = workerPool({ name: 'thumbnails', workers: () => 4 });
  const { close } = createCollectors({
    registry,
    collectors: [
      serviceInfo({ service: 'shop', version: '1.2.3' }),
      redis(answering, { name: 'cache' }),
      jobs,
    ],
  });
  onTestFinished(close);
  jobs.job().started();
  await untilValue(registry, 'redis_up{name="cache"}', 1);
  const text = (await registry.metrics()).replaceAll(/(seconds\{.*?\}) [\d.e-]+/g, '$1 0');
  expect(text).toMatchInlineSnapshot(`
    "# HELP service_info What this service is: always 1.
    # TYPE service_info gauge
    service_info{service="shop",version="1.2.3"} 1

    # HELP collector_errors_total Times that a collector could not read what it tells of.
    # TYPE collector_errors_total counter
    collector_errors_total{collector="service_info",name=""} 0
    collector_errors_total{collector="redis",name="cache"} 0
    collector_errors_total{collector="worker_pool",name="thumbnails"} 0

    # HELP redis_up 1 if Redis answered the last PING in time, else 0.
    # TYPE redis_up gauge
    redis_up{name="cache"} 1

    # HELP redis_latency_seconds How long the answer to the last PING took; absent where there was none.
    # TYPE redis_latency_seconds gauge
    redis_latency_seconds{name="cache"} 0

    # HELP redis_probe_timestamp_seconds When the last PING ended, whatever came of it.
    # TYPE redis_probe_timestamp_seconds gauge
    redis_probe_timestamp_seconds{name="cache"} 0

    # HELP redis_probes_total Each PING by its result.
    # TYPE redis_probes_total counter
    redis_probes_total{name="cache",result="success"} 1
    redis_probes_total{name="cache",result="failure"} 0
    redis_probes_total{name="cache",result="timeout"} 0
    redis_probes_total{name="cache",result="disconnected"} 0

    # HELP worker_pool_workers Threads or processes of the pool.
    # TYPE worker_pool_workers gauge
    worker_pool_workers{name="thumbnails"} 4

    # HELP worker_pool_active Jobs that workers of the pool are at.
    # TYPE worker_pool_active gauge
    worker_pool_active{name="thumbnails"} 1

    # HELP worker_pool_queued Jobs that wait for a worker of the pool.
    # TYPE worker_pool_queued gauge
    worker_pool_queued{name="thumbnails"} 0

    # HELP worker_pool_processed_total Jobs that are over, by what became of them.
    # TYPE worker_pool_processed_total counter
    worker_pool_processed_total{name="thumbnails",result="success"} 0
    worker_pool_processed_total{name="thumbnails",result="failure"} 0
    worker_pool_processed_total{name="thumbnails",result="aborted"} 0
    worker_pool_processed_total{name="thumbnails",result="lost"} 0
    "
  `);
});

test('everything leaves the registry when it is closed, and what others have there stays', async () => {
  const registry = new Registry();
  const other = new Gauge({ name: 'other', help: 'Another’s.', registers: [registry] });
  const { close } = createCollectors({
    registry,
    collectors: [redis(answering, { name: 'cache' }), processMetrics()],
  });
  expect(registry.getMetricsAsArray().length).toBeGreaterThan(1);
  close();
  close();
  expect(registry.getMetricsAsArray()).toEqual([other]);
});

test('an OpenMetrics registry, which prom-client renames counters in, is scraped and left as any other', async () => {
  const registry = new Registry<OpenMetricsContentType>();
  registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE);
  const { close } = createCollectors({
    registry,
    collectors: [redis(answering, { name: 'cache' }), processMetrics()],
    intervalMs: 5,
  });
  for (let i = 1; i < 4; i++) {
    await expect
      .poll(() => registry.metrics())
      .toContain(`redis_probes_total{name="cache",result="success"} ${i}`);
  }
  close();
  expect(registry.getMetricsAsArray()).toEqual([]);
});

test('one collector of several is taken out alone', async () => {
  const registry = new Registry();
  const collectors = createCollectors({ registry, collectors: [redis(answering, { name: 'cache' })] });
  onTestFinished(() => collectors.close());
  const remove = collectors.add(redis(answering, { name: 'sessions' }));
  await untilValue(registry, 'redis_up{name="sessions"}', 1);
  remove();
  remove();
  expect((await exposed(registry)).filter((line) => line.includes('sessions'))).toEqual([]);
  expect(await valueOf(registry, 'redis_up{name="cache"}')).toBe(1);
  // Its name is free again, and its counts begin anew.
  collectors.add(redis(answering, { name: 'sessions' }));
  await untilValue(registry, 'redis_probes_total{name="sessions",result="success"}', 1);
});

test('several parts of an application share one registry, each with its own collectors', async () => {
  const registry = new Registry();
  const first = createCollectors({ registry, collectors: [redis(answering, { name: 'cache' })] });
  const second = createCollectors({ registry, collectors: [redis(answering, { name: 'sessions' })] });
  onTestFinished(() => second.close());
  await untilValue(registry, 'redis_up{name="cache"}', 1);
  await untilValue(registry, 'redis_up{name="sessions"}', 1);
  first.close();
  expect(await valueOf(registry, 'redis_up{name="cache"}')).toBeUndefined();
  expect(await valueOf(registry, 'redis_up{name="sessions"}')).toBe(1);
});

test('without a registry it is prom-client’s own', async () => {
  const { close } = createCollectors({ collectors: [serviceInfo({ service: 'shop', version: '1' })] });
  expect(register.getSingleMetric('service_info')).toBeDefined();
  close();
  expect(register.getSingleMetric('service_info')).toBeUndefined();
});

test('a registry that was cleared shows collectors that are added from then on', async () => {
  const registry = new Registry();
  const collectors = createCollectors({ registry, collectors: [redis(answering, { name: 'cache' })] });
  onTestFinished(() => collectors.close());
  registry.clear();
  collectors.add(redis(answering, { name: 'sessions' }));
  await untilValue(registry, 'redis_up{name="sessions"}', 1);
});

test('names that are taken are refused, and nothing of the refused stays', async () => {
  const registry = new Registry();
  const other = new Gauge({ name: 'redis_up', help: 'Another’s.', registers: [registry] });
  const collectors = [serviceInfo({ service: 'shop', version: '1' }), redis(answering, { name: 'cache' })];
  expect(() => createCollectors({ registry, collectors })).toThrow(
    expect.objectContaining({
      name: 'CollectorsError',
      code: 'NAME_TAKEN',
      message:
        'The registry has another metric with the name redis_up; set a prefix, or use another registry.',
    }),
  );
  expect(registry.getMetricsAsArray()).toEqual([other]);
  const prefixed = createCollectors({ registry, collectors, prefix: 'shop_' });
  onTestFinished(() => prefixed.close());
  await untilValue(registry, 'shop_redis_up{name="cache"}', 1);
  expect(() => prefixed.add(redis(answering, { name: 'cache' }))).toThrow(
    expect.objectContaining({ code: 'NAME_TAKEN' }),
  );
});

test('a collector that cannot begin leaves nothing in the registry', () => {
  const registry = new Registry();
  const broken: Collector = {
    ...redis(answering, { name: 'cache' }),
    start() {
      throw new TypeError('broken');
    },
  };
  expect(() => createCollectors({ registry, collectors: [processMetrics(), broken] })).toThrow('broken');
  expect(registry.getMetricsAsArray()).toEqual([]);
});

test('options that cannot be are refused without what they say', () => {
  const url = 'redis://operator:hunter2@cache.example.com:6379';
  const wrong = [
    () => redis(answering, { name: url }),
    () => redis(answering, { name: '' }),
    () => workerPool({ name: 'a b' }),
    () => serviceInfo({ service: 'shop', version: '1', [url]: 'x' }),
    () => serviceInfo({ service: 'shop', version: '1', __name__: 'x' }),
    () => serviceInfo({ service: '', version: '1' }),
    () => serviceInfo({ service: 'shop', version: url.repeat(9) }),
    () => createCollectors({ prefix: 'a-b' }),
    () => createCollectors({ intervalMs: 0 }),
    () => createCollectors({ timeoutMs: 2 ** 31 }),
    () => createCollectors({ timeoutMs: Number.NaN }),
  ];
  for (const make of wrong) {
    let thrown: unknown;
    try {
      make();
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toMatchObject({ name: 'CollectorsError', code: 'OPTIONS_INVALID' });
    expect(String(thrown)).not.toContain('hunter2');
  }
});

test.each<[string, string, (misspelt: object) => unknown]>([
  [
    'createCollectors()',
    'collectors, registry, prefix, intervalMs, timeoutMs',
    (more) => createCollectors({ registry: new Registry(), ...more }),
  ],
  ['redis()', 'name', (more) => redis(answering, { name: 'cache', ...more })],
  ['postgresPool()', 'name', (more) => postgresPool(() => undefined, { name: 'main', ...more })],
  ['piscinaPool()', 'name', (more) => piscinaPool({} as never, { name: 'thumbnails', ...more })],
  ['clusterPool()', 'name', (more) => clusterPool({} as never, { name: 'web', ...more })],
  ['workerPool()', 'name, workers', (more) => workerPool({ name: 'thumbnails', ...more })],
])('a misspelt option of %s is refused with the names that there are', (whose, known, make) => {
  expect(() => make({ intervallMs: 5 })).toThrow(
    expect.objectContaining({
      name: 'CollectorsError',
      code: 'OPTIONS_INVALID',
      message: `${whose} has no option intervallMs; its options are ${known}.`,
    }),
  );
});

test('memory and processor time are those of the process, and the time only rises', async () => {
  const registry = new Registry();
  const { close } = createCollectors({ registry, collectors: [processMetrics()] });
  onTestFinished(close);
  const before = process.cpuUsage();
  const first = await valueOf(registry, 'process_cpu_seconds_total');
  expect(first).toBeGreaterThanOrEqual((before.user + before.system) / 1e6);
  const until = performance.now() + 50;
  while (performance.now() < until);
  const second = await valueOf(registry, 'process_cpu_seconds_total');
  const after = process.cpuUsage();
  expect(second).toBeGreaterThan(first!);
  expect(second).toBeLessThanOrEqual((after.user + after.system) / 1e6 + 1e-6);
  const { rss } = process.memoryUsage();
  const shown = await valueOf(registry, 'process_resident_memory_bytes');
  expect(shown! / rss).toBeGreaterThan(0.5);
  expect(shown! / rss).toBeLessThan(2);
  expect((await exposed(registry)).map((line) => line.replace(/[ {].*/, ''))).toEqual([
    'process_cpu_user_seconds_total',
    'process_cpu_system_seconds_total',
    'process_cpu_seconds_total',
    'process_start_time_seconds',
    'process_resident_memory_bytes',
    'nodejs_heap_size_total_bytes',
    'nodejs_heap_size_used_bytes',
    'nodejs_external_memory_bytes',
    'collector_errors_total',
  ]);
});

test('where default metrics are at work already, they stay what they are', async () => {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const before = registry.getSingleMetric('process_resident_memory_bytes');
  const { close } = createCollectors({ registry, collectors: [processMetrics()] });
  expect(registry.getSingleMetric('process_resident_memory_bytes')).toBe(before);
  const families = (await registry.metrics()).split('\n').filter((line) => line.startsWith('# TYPE'));
  expect(new Set(families).size).toBe(families.length);
  close();
  expect(registry.getSingleMetric('process_resident_memory_bytes')).toBe(before);
});
