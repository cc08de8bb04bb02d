import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

import { definePolicy } from '@promshard/label-policy';
import { parseFileName } from '@promshard/shard-format';
import { collectDefaultMetrics as collectOfPromClient, Registry } from 'prom-client';
import { describe, expect, onTestFinished, test, vi } from 'vitest';

import { DEFAULT_METRIC_TABLE, type DefaultMetric } from '../src/default-metrics/default-metric-table.js';
import { collectDefaultMetrics, openShardStore, type ShardStore, type StoreProblem } from '../src/index.js';
import { readDirectory, temporaryDirectory } from './directory.js';
import { backends } from './tools.js';

const table = Object.entries<DefaultMetric>(DEFAULT_METRIC_TABLE);
const isOnLinux = process.platform === 'linux';

function opened(labelPolicy = definePolicy()) {
  const dir = temporaryDirectory();
  const problems: StoreProblem[] = [];
  const store = openShardStore({
    dir,
    isolated: true,
    labelPolicy,
    collectIntervalMs: 3_600_000,
    onProblem: (problem) => problems.push(problem),
  });
  onTestFinished(() => store.close());
  const values = async (): Promise<Record<string, number>> => {
    await store.sample();
    store.flush();
    return readDirectory(dir).values;
  };
  return { dir, store, problems, values };
}

function collectIn(store: ShardStore, options: Parameters<typeof collectDefaultMetrics>[0] = {}): Registry {
  const register = new Registry();
  collectDefaultMetrics({ register, store, ...options });
  return register;
}

describe('in its own registry a process has', () => {
  test('all of prom-client’s default metrics, of their type, with their labels', async () => {
    const { store } = opened();
    const theirs = new Registry();
    collectOfPromClient({ register: theirs });
    const ours = collectIn(store);
    const shape = async (registry: Registry): Promise<string[]> =>
      (await registry.getMetricsAsJSON())
        .map(({ name, type }) => [
          name,
          String(type),
          ...(registry.getSingleMetric(name) as unknown as { labelNames: string[] }).labelNames,
        ])
        .map((parts) => parts.join(' '))
        .toSorted();
    const own = 'nodejs_eventloop_delay_seconds histogram';
    expect(await shape(ours)).toEqual([...(await shape(theirs)), own].toSorted());
    expect(collectDefaultMetrics.metricsList.toSorted()).toEqual(collectOfPromClient.metricsList.toSorted());
  });

  test.skipIf(!isOnLinux)('values near those of prom-client (Linux only)', async () => {
    const { store } = opened();
    const theirs = new Registry();
    const ours = collectIn(store);
    collectOfPromClient({ register: theirs });
    const value = async (registry: Registry, name: string): Promise<number> =>
      (await registry.getSingleMetric(name)!.get()).values[0]!.value;
    for (const name of [
      'process_start_time_seconds',
      'process_max_fds',
      'process_open_fds',
      'nodejs_version_info',
    ]) {
      expect(await value(ours, name), name).toBe(await value(theirs, name));
    }
    for (const name of [
      'process_resident_memory_bytes',
      'process_virtual_memory_bytes',
      'process_heap_bytes',
      'nodejs_heap_size_total_bytes',
    ]) {
      const ratio = (await value(ours, name)) / (await value(theirs, name));
      expect(ratio, name).toBeGreaterThan(0.5);
      expect(ratio, name).toBeLessThan(2);
    }
  });
});

describe('the options', () => {
  test('prefix and labels are those of all metrics', async () => {
    const { store, values } = opened();
    collectIn(store, { prefix: 'shop_', labels: { slot: 3 }, gcDurationBuckets: [0.5] });
    const series = Object.keys(await values());
    expect(series.length).toBeGreaterThan(table.length);
    // Beside them are counters of problems: on a busy machine a callback is slow.
    expect(series.filter((name) => !/^(?:shop_\w+ .*slot="3"|multiproc_)/.test(name))).toEqual([]);
  });

  test('other than an object are refused with prom-client’s text', () => {
    expect(() => collectDefaultMetrics('no' as never)).toThrow(
      new TypeError('config must be null, undefined, or an object'),
    );
  });

  test('a registry that has them refuses them as with prom-client; another one shows the same metrics', async () => {
    const { store, values } = opened();
    const register = collectIn(store);
    expect(() => collectDefaultMetrics({ register, store })).toThrow(
      'A metric with the name process_cpu_user_seconds_total has already been registered.',
    );
    const other = collectIn(store);
    expect(other.getMetricsAsArray()).toEqual(register.getMetricsAsArray());
    const { process_cpu_seconds_total: counted, process_max_fds: limit } = await values();
    const { user, system } = process.cpuUsage();
    expect(counted).toBeLessThanOrEqual((user + system) / 1e6);
    if (isOnLinux) expect(limit).toBe(await other.getSingleMetric('process_max_fds')!.get().then(first));
  });

  test('labels that a strict policy does not know cost the metrics that have them', async () => {
    const { store, values, problems } = opened(definePolicy({ mode: 'strict', labels: { space: ['new'] } }));
    collectIn(store);
    const families = new Set(Object.keys(await values()).map((series) => series.split(' ')[0]));
    expect(families).toContain('process_cpu_seconds_total');
    expect(families).toContain('nodejs_heap_space_size_used_bytes');
    expect(families).not.toContain('nodejs_version_info');
    expect(problems.map(({ code }) => code).filter((code) => code === 'metric-left-out')).toHaveLength(5);
  });
});

const first = ({ values }: { values: readonly { value: number }[] }): number => values[0]!.value;

test('every delay of the event loop is in the histogram, however rarely it is sampled', async () => {
  const { store, values } = opened();
  collectIn(store);
  await values();
  await new Promise((resolve) => setTimeout(resolve, 30));
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300);
  const long = ['0.5', '1.0', '2.5', '5.0', '10.0', '+Inf'];
  // The timer that measures may have its turn after ours.
  const found = await vi.waitFor(async () => {
    const sampled = await values();
    const count = long.reduce(
      (sum, le) => sum + sampled[`nodejs_eventloop_delay_seconds_bucket le="${le}"`]!,
      0,
    );
    expect(count).toBeGreaterThanOrEqual(1);
    return sampled;
  });
  expect(found['nodejs_eventloop_delay_seconds_sum']).toBeGreaterThan(0.25);
  expect(found['nodejs_eventloop_lag_max_seconds']).toBeGreaterThan(0.25);
  // Still there at the next sample: the gauges are of the last minute.
  expect((await values())['nodejs_eventloop_lag_max_seconds']).toBeGreaterThan(0.25);
});

describe.each(backends)('on the %s backend', (backend) => {
  const fixture = fileURLToPath(new URL('fixtures/default-metrics.mjs', import.meta.url));

  async function start(dir: string, ...args: string[]) {
    const child = spawn(process.execPath, [fixture, dir, backend, ...args], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    const [shardId] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
    return { child, shardId };
  }

  test('every metric of the table is in the shard of its kind, once for each process', async () => {
    const dir = temporaryDirectory();
    const processes = await Promise.all([start(dir), start(dir), start(dir)]);
    for (const { shardId } of processes) {
      const inFiles = readdirSync(dir).flatMap((name) => {
        const parsed = parseFileName(name);
        return parsed.type === 'shard' && parsed.id === shardId ? [{ name, shard: parsed.shard }] : [];
      });
      for (const [name, { type, combination }] of table) {
        const family = name.replace(/_total$/, type === 'counter' ? '' : '_total');
        const kinds = inFiles
          .filter((file) => readFileSync(`${dir}/${file.name}`, 'utf8').includes(`["${family}", `))
          .map(({ shard }) => (shard.kind === 'gauge' ? shard.mode : shard.kind));
        // Where nothing of it was there to count, it may be missing.
        const expected = type === 'gauge' ? combination : type;
        if (isOnLinux && !/(handles|requests|resources)$|gc_/.test(name))
          expect(kinds, name).toEqual([expected]);
        else expect([expected, ...kinds]).toEqual(expect.arrayContaining(kinds));
      }
    }
  });

  test('a killed process leaves what its counters had, and a thread has no process of its own', async () => {
    const dir = temporaryDirectory();
    const { child, shardId } = await start(dir, 'threads');
    const exit = once(child, 'exit');
    child.kill('SIGKILL');
    await exit;
    const values = readDirectory(dir).values;
    expect(values['process_cpu_seconds_total']).toBeGreaterThan(0);
    expect(values['nodejs_gc_duration_seconds_sum kind="major"']).toBeGreaterThan(0);
    const owners = readdirSync(dir).filter((name) => name.endsWith('.owner'));
    expect(owners).toHaveLength(3);
    const measuring = readdirSync(dir).filter(
      (name) =>
        /^gauge_.*\.db$/.test(name) && readFileSync(`${dir}/${name}`, 'utf8').includes('process_resident'),
    );
    expect(measuring).toEqual([`gauge_livesum_${shardId}.db`]);
    const heaps = readdirSync(dir).filter(
      // On a busy machine a problem counter names the metric, too, whose callback was slow.
      (name) =>
        /^gauge_.*\.db$/.test(name) && readFileSync(`${dir}/${name}`, 'utf8').includes('nodejs_heap_size'),
    );
    expect(heaps).toHaveLength(3);
  });
});

test('the table of the README is the table of the code', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  const rows = readme
    .split('\n')
    .filter((line) => /^\| `(process|nodejs)_/.test(line))
    .map((line) => line.split('|').map((cell) => cell.trim()));
  const documented = rows.flatMap(([, names = '', type = '', combination = '', of = '']) =>
    [...names.matchAll(/`(\w+)`/g)].map(([, name]) =>
      [name, type, combination.replaceAll('`', ''), of].join(' '),
    ),
  );
  expect(documented.toSorted()).toEqual(
    table.map(([name, { type, combination, of }]) => [name, type, combination, of].join(' ')).toSorted(),
  );
});
