import { spawnSync } from 'node:child_process';
import {
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { decodeExemplars } from '@promshard/shard-format';
import { describe, expect, onTestFinished, test, vi } from 'vitest';

import {
  Counter,
  Gauge,
  Histogram,
  Info,
  openShardStore,
  type ShardStore,
  StateSet,
  type StoreProblem,
  Summary,
} from '../src/index.js';
import { readDirectory, seriesName, shardNames, temporaryDirectory } from './directory.js';
import { countedIn } from './remote-writer.js';
import { backends, hasMount } from './tools.js';

vi.setConfig({ testTimeout: 60_000 });

/** A store with a metric of each kind that counts, and a record of what was counted. */
function countingStore(dir: string, backend: 'mmap' | 'pwrite', maxShardBytes?: number) {
  const problems: StoreProblem[] = [];
  const store: ShardStore = openShardStore({
    dir,
    backend,
    isolated: true,
    onProblem: (problem) => problems.push(problem),
    ...(maxShardBytes === undefined ? {} : { maxShardBytes }),
  });
  onTestFinished(() => store.close());
  const help = 'A rather long help text, so that entries are large. '.repeat(20);
  const counter = new Counter({ name: 'c_total', help, labelNames: ['n'], registers: [], store });
  const histogram = new Histogram({ name: 'h', help: 'h', buckets: [1], registers: [], store });
  const gauge = new Gauge({ name: 'g', help: 'h', multiprocessMode: 'max', registers: [], store });
  const expected: Record<string, number> = {};
  let observed = 0;
  const count = (series: number): void => {
    for (let n = 0; n < series; n++) {
      const name = seriesName('c_total', { n: `${n}` });
      counter.inc({ n: `${n}` });
      expected[name] = (expected[name] ?? 0) + 1;
    }
    histogram.observe(1);
    gauge.set(++observed);
    expected['g'] = observed;
    expected['h_sum'] = observed;
    expected['h_bucket le="1.0"'] = observed;
    expected['h_bucket le="+Inf"'] = 0;
  };
  const problem = (code: StoreProblem['code'], resolved: boolean): Promise<void> =>
    vi.waitFor(() => expect(problems).toContainEqual(expect.objectContaining({ code, resolved })), {
      timeout: 20_000,
      interval: 20,
    });
  const expectAll = (): void => {
    store.flush();
    const { values, problems: shardProblems } = readDirectory(dir);
    expect(shardProblems).toEqual([]);
    expect(values['promshard_write_errors_total']).toBeGreaterThan(0);
    const begun = problems.filter(({ resolved }) => !resolved).map(({ code }) => code);
    const faults = begun.map((code) => values[seriesName('promshard_store_faults_total', { code })]);
    expect(faults).toEqual(begun.map(() => 1));
    expect(countedIn(values)).toEqual(expected);
  };
  return { store, problems, count, problem, expectAll };
}

describe.each(backends)('on the %s backend', (backend) => {
  test('files deleted under a live writer are made anew, with all values', async () => {
    const dir = temporaryDirectory();
    const { store, count, problem, expectAll } = countingStore(dir, backend);
    count(50);
    for (const name of readdirSync(dir)) rmSync(join(dir, name));
    count(100);
    await problem('directory-lost', true);
    count(120);
    expectAll();
    expect(readdirSync(dir)).toContain(`${store.shardId}.owner`);
  });

  test('a single deleted shard is made anew', async () => {
    const dir = temporaryDirectory();
    const { store, count, problem, expectAll } = countingStore(dir, backend);
    count(50);
    rmSync(join(dir, `counter_${store.shardId}.db`));
    count(50);
    await problem('directory-lost', true);
    expectAll();
  });

  test('a directory that is moved away is waited for, and filled when there is a new one', async () => {
    const dir = join(temporaryDirectory(), 'shared');
    mkdirSync(dir);
    const { count, problem, problems, expectAll } = countingStore(dir, backend);
    count(10);
    renameSync(dir, `${dir}-moved`);
    await problem('directory-lost', false);
    count(300);
    expect(problems).toHaveLength(1);
    mkdirSync(dir);
    await problem('directory-lost', true);
    count(310);
    expectAll();
    expect(problems).toHaveLength(2);
  });

  test('what was in files that are lost when the store is closed goes to the next one', () => {
    const dir = join(temporaryDirectory(), 'shared');
    mkdirSync(dir);
    const counter = new Counter({ name: `lost_${backend}_total`, help: 'h', registers: [] });
    const store = openShardStore({ dir, backend, onProblem() {} });
    counter.inc(5);
    store.flush();
    rmSync(dir, { recursive: true });
    counter.inc(2);
    store.close();
    counter.inc();
    const next = temporaryDirectory();
    openShardStore({ dir: next, backend }).close();
    expect(readDirectory(next).values).toMatchObject({ [`lost_${backend}_total`]: 8 });
  });

  test('files deleted just before the process ends are made anew', () => {
    const dir = temporaryDirectory();
    const fixture = fileURLToPath(new URL('fixtures/count-and-leave.mjs', import.meta.url));
    const result = spawnSync(process.execPath, [fixture, dir, backend, 'wipe'], { timeout: 20_000 });
    expect(result.status).toBe(0);
    expect(readDirectory(dir).values).toMatchObject({ left_total: 7 });
  });

  test('past maxShardBytes further label sets count in an overflow series, and it is said once', async () => {
    const dir = temporaryDirectory();
    const { store, problems, count } = countingStore(dir, backend, 8192);
    const late = new Histogram({
      name: 'l',
      help: 'h',
      labelNames: ['n'],
      buckets: [1],
      registers: [],
      store,
    });
    for (let i = 0; i < 30; i++) count(40);
    for (let n = 0; n < 200; n++) late.observe({ n }, 2);
    const unlabelled = new Counter({ name: 'late_total', help: 'h', registers: [], store });
    unlabelled.inc(3);
    // Longer than the store's look after its files, which may not take the fault for over.
    await new Promise((resolve) => setTimeout(resolve, 2200));
    store.flush();
    const { values, problems: shardProblems } = readDirectory(dir);
    expect(shardProblems).toEqual([]);
    expect(problems).toEqual([expect.objectContaining({ code: 'shard-full', resolved: false })]);
    expect(values['c_total n="0"']).toBe(30);
    const total = (start: string): number =>
      Object.entries(values).reduce((sum, [name, value]) => (name.startsWith(start) ? sum + value : sum), 0);
    expect(total('c_total')).toBe(1200);
    expect(values[seriesName('c_total', { n: '__overflow__' })]).toBeGreaterThan(0);
    expect(total('l_bucket')).toBe(200);
    expect(total('l_sum')).toBe(400);
    expect(values['late_total']).toBe(3);
    expect(values['promshard_series_overflow_total']).toBeGreaterThan(0);
    expect(values[seriesName('promshard_store_faults_total', { code: 'shard-full' })]).toBe(1);
    // Only what each metric has once lies behind the limit.
    for (const name of shardNames(dir))
      expect(statSync(join(dir, name)).size).toBeLessThanOrEqual(8192 + 4096);
    expect((await late.get()).values).toContainEqual(
      expect.objectContaining({ metricName: 'l_count', labels: { n: '__overflow__' } }),
    );
  });

  test('a summary past maxShardBytes goes on with its sum and its count', () => {
    const dir = temporaryDirectory();
    const { store, problems } = countingStore(dir, backend, 4096);
    const summary = new Summary({ name: 's', help: 'h', registers: [], store });
    for (let i = 0; i < 300; i++) summary.observe(1.1 ** i);
    store.flush();
    expect(problems).toEqual([expect.objectContaining({ code: 'shard-full' })]);
    expect(readDirectory(dir).values['s_count']).toBe(300);
    for (const name of readdirSync(dir)) expect(statSync(join(dir, name)).size).toBeLessThanOrEqual(8192);
  });

  test('gauges that have their first value when their shard is full share one series', () => {
    const dir = temporaryDirectory();
    const { store, problems } = countingStore(dir, backend, 4096);
    const options = {
      help: 'h'.repeat(300),
      multiprocessMode: 'max',
      labelNames: ['n'],
      registers: [],
    } as const;
    const gauge = new Gauge({ ...options, name: 'many', store });
    const children = Array.from({ length: 50 }, (_, n) => gauge.labels({ n }));
    for (const [n, child] of children.entries()) child.set(n);
    gauge.set({ n: 'later' }, 60);
    store.flush();
    expect(problems).toHaveLength(1);
    const { values } = readDirectory(dir);
    expect(values['many n="0"']).toBe(0);
    expect(values['many n="49"']).toBeUndefined();
    expect(values['many n="__overflow__"']).toBe(60);
  });

  test('a gauge that is removed when it shares the overflow series leaves that to the others', () => {
    const dir = temporaryDirectory();
    const { store } = countingStore(dir, backend, 4096);
    const options = { help: 'h'.repeat(300), multiprocessMode: 'max', registers: [], store } as const;
    const gauge = new Gauge({ ...options, name: 'many', labelNames: ['n'] });
    const children = Array.from({ length: 50 }, (_, n) => gauge.labels({ n }));
    for (const [n, child] of children.entries()) child.set(n);
    gauge.remove('49');
    gauge.remove('0');
    store.flush();
    expect(readDirectory(dir).values['many n="__overflow__"']).toBe(49);
    children[48]?.set(3);
    store.flush();
    expect(readDirectory(dir).values['many n="__overflow__"']).toBe(3);
    expect(readDirectory(dir).values['many n="0"']).toBeUndefined();
    gauge.reset();
    store.flush();
    expect(Object.keys(readDirectory(dir).values).filter((name) => name.startsWith('many'))).toEqual([]);
  });

  test('a full shard of infos says the rest in one overflow series, counted and said once', () => {
    const dir = temporaryDirectory();
    const { store, problems } = countingStore(dir, backend, 4096);
    const help = 'h'.repeat(300);
    const build = new Info({ name: 'build', help, labelNames: ['app'], registers: [], store });
    const before = build.labels('before');
    before.info({ version: 'first' });
    for (let n = 0; n < 30; n++) build.info({ app: `app ${n}` }, { version: `v${n}` });
    before.info({ version: 'second' });
    before.info({ other: 'third' });
    const values = (): Record<string, number> => {
      store.flush();
      const { values: all, problems: shardProblems } = readDirectory(dir);
      expect(shardProblems).toEqual([]);
      return all;
    };
    const overflow = seriesName('build_info', { app: '__overflow__', version: '__overflow__' });
    const shown = (): string[] => Object.keys(values()).filter((name) => name.startsWith('build_info'));
    expect(shown()).toContain(overflow);
    expect(shown()).not.toContain(seriesName('build_info', { app: 'before', version: 'first' }));
    expect(values()['promshard_series_overflow_total']).toBeGreaterThan(1);
    expect(values()[seriesName('promshard_store_faults_total', { code: 'shard-full' })]).toBe(1);
    expect(problems).toEqual([expect.objectContaining({ code: 'shard-full', resolved: false })]);
    // What it said before has its place still, and the overflow series stays with the others.
    before.info({ version: 'first' });
    expect(shown()).toContain(seriesName('build_info', { app: 'before', version: 'first' }));
    expect(shown()).toContain(overflow);
    for (const name of shardNames(dir)) expect(statSync(join(dir, name)).size).toBeLessThanOrEqual(8192);
  });

  test('a full shard of state sets has its further label sets in one overflow series', () => {
    const dir = temporaryDirectory();
    const { store, problems } = countingStore(dir, backend, 4096);
    const options = { help: 'h'.repeat(100), labelNames: ['n'], registers: [], store } as const;
    const phase = new StateSet({ ...options, name: 'phase', states: ['idle', 'busy'] });
    const early = Array.from({ length: 30 }, (_, n) => phase.labels({ n }));
    for (const child of early) child.state('idle');
    phase.state({ n: 'late' }, 'busy');
    phase.set({ n: 'later' }, 'busy', true);
    store.flush();
    const { values } = readDirectory(dir);
    const name = (n: string, state: string): string => seriesName('phase', { n, phase: state });
    expect(values[name('0', 'idle')]).toBe(1);
    expect(values[name('29', 'idle')]).toBeUndefined();
    expect(values[name('__overflow__', 'busy')]).toBe(1);
    expect(values[name('__overflow__', 'idle')]).toBe(0);
    expect(values['promshard_series_overflow_total']).toBeGreaterThan(2);
    expect(problems).toEqual([expect.objectContaining({ code: 'shard-full', resolved: false })]);
  });

  test('exemplars that find no room are left out and counted, and all is counted that they are of', () => {
    const dir = temporaryDirectory();
    const { store, problems } = countingStore(dir, backend, 8192);
    const options = { help: 'h', labelNames: ['n'], enableExemplars: true, registers: [], store };
    const jobs = new Counter({ ...options, name: 'jobs_total' });
    const took = new Histogram({ ...options, name: 'took', buckets: [1] });
    for (let n = 0; n < 20; n++) {
      jobs.inc({ labels: { n }, exemplarLabels: { trace_id: `t${n}` } });
      took.observe({ labels: { n }, value: 3, exemplarLabels: { trace_id: `t${n}` } });
    }
    store.flush();
    const { values } = readDirectory(dir);
    const file = readFileSync(join(dir, `${store.shardId}.exemplars`));
    const { entries, problem } = decodeExemplars(file);
    expect(problem).toBeUndefined();
    expect(entries.length).toBeGreaterThan(4);
    expect(entries.every(({ exemplar }) => exemplar !== undefined)).toBe(true);
    expect(values['promshard_exemplars_dropped_total']).toBe(40 - entries.length);
    expect(values[seriesName('jobs_total', { n: '19' })]).toBe(1);
    expect(values[seriesName('took_bucket', { n: '19', le: '+Inf' })]).toBe(1);
    expect(problems).toEqual([expect.objectContaining({ code: 'shard-full', resolved: false })]);
    // The first ones have room, and go on.
    jobs.inc({ labels: { n: 0 }, exemplarLabels: { trace_id: 'again' } });
    store.flush();
    const after = decodeExemplars(readFileSync(join(dir, `${store.shardId}.exemplars`))).entries;
    expect(after.map(({ exemplar }) => exemplar?.labels['trace_id'])).toContain('again');
  });

  test('a store that is opened on more than maxShardBytes brings all of it to its files', () => {
    const name = `more_${backend}_total`;
    const counter = new Counter({ name, help: 'h'.repeat(100), labelNames: ['n'], registers: [] });
    for (let n = 0; n < 100; n++) counter.inc({ n });
    const dir = temporaryDirectory();
    const next = openShardStore({ dir, backend, maxShardBytes: 4096, onProblem() {} });
    onTestFinished(() => next.close());
    for (let n = 0; n < 200; n++) counter.inc({ n });
    next.flush();
    const { values } = readDirectory(dir);
    expect(values[seriesName(name, { n: '99' })]).toBe(2);
    expect(values[seriesName(name, { n: '__overflow__' })]).toBe(100);
  });

  test.skipIf(!hasMount)(
    'on a full disk nothing throws, and all values arrive when there is room (skipped where mount is not allowed)',
    async () => {
      const dir = temporaryDirectory();
      expect(spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', dir]).status).toBe(0);
      onTestFinished(() => void spawnSync('umount', ['-l', dir]));
      const { count, problem, problems, expectAll } = countingStore(dir, backend);
      count(10);
      fillDisk(join(dir, 'filler'));
      count(200);
      await problem('write-failed', false);
      count(400);
      expect(problems).toEqual([expect.objectContaining({ code: 'write-failed', resolved: false })]);
      // Series that had their place before go on reaching the file.
      expect(readDirectory(dir).values['c_total n="0"']).toBe(backend === 'mmap' ? 3 : 2);
      rmSync(join(dir, 'filler'));
      await problem('write-failed', true);
      count(420);
      expectAll();
    },
  );
});

/** Writes until there is no room for a single byte more. */
function fillDisk(path: string): void {
  const fd = openSync(path, 'w');
  const block = Buffer.alloc(4096, 1);
  try {
    for (;;) writeSync(fd, block);
  } catch (error) {
    expect(error).toMatchObject({ code: 'ENOSPC' });
  } finally {
    closeSync(fd);
  }
}
