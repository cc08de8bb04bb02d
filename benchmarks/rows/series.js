// What series cost that are new, and that are many, and what a store costs to open and close; beside the peers. Each
// candidate runs in processes of its own, in turns.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { loadPeer, peerNames } from '../peers/clients.js';
import { median, printTable, QUICK, ratio } from '../report.js';

const SERIES = QUICK ? 2000 : 100_000;
const HISTOGRAMS = SERIES / 10;
const ROUNDS = QUICK ? 1 : 5;
const STORES = QUICK ? 5 : 200;
const DIRTY = 1000;
const TURNS = QUICK ? 20 : 2000;
const BACKENDS = ['mmap', 'pwrite'];
const [who] = process.argv.slice(2);

if (who === undefined) report();
else console.log(JSON.stringify(await measure(who)));

function report() {
  const candidates = [...BACKENDS, ...peerNames()];
  const results = new Map(candidates.map((name) => [name, []]));
  for (let round = 0; round < ROUNDS; round++) {
    for (const name of candidates) results.get(name).push(measureIn(name));
  }
  const middle = (name, what) => median(results.get(name).map((result) => result[what] ?? Number.NaN));
  const rows = [
    [`first touch of ${SERIES.toLocaleString('en')} counter series`, 'firstCounter'],
    [`first touch of ${HISTOGRAMS.toLocaleString('en')} histogram series, 11 buckets`, 'firstHistogram'],
    [`\`inc({3 labels})\` among ${SERIES.toLocaleString('en')} series, at random`, 'among'],
    ['`child.inc()` among as many, at random', 'children'],
  ].map(([title, what]) => [
    title,
    ...candidates.map((name) => ns(middle(name, what))),
    ratio(middle('mmap', what), middle(peerNames()[0], what)),
  ]);
  printTable(
    'Series, processor time of one',
    ['work', ...BACKENDS.map((name) => `promshard, ${name}`), ...peerNames(), 'mmap, of prom-client’s'],
    rows,
  );
  printTable(
    'A store of four metrics, opened, counted in once, and closed',
    ['backend', 'time', 'files'],
    BACKENDS.map((name) => [
      name,
      `${(middle(name, 'store') / 1e6).toFixed(2)} ms`,
      'one for each type, and the owner record',
    ]),
  );
  printTable(
    `pwrite: from an increment to the end of its write, ${DIRTY.toLocaleString('en')} series in each turn of the event loop`,
    ['median', '99 %', 'longest'],
    [
      ['delayMedian', 'delay99', 'delayLongest'].map(
        (what) => `${(middle('pwrite', what) / 1e6).toFixed(2)} ms`,
      ),
    ],
  );
}

function measureIn(name) {
  const run = spawnSync(process.execPath, [...process.execArgv, process.argv[1], name], { encoding: 'utf8' });
  if (run.status === 0) return JSON.parse(run.stdout);
  if (name === 'mmap') return {};
  throw new Error(run.stderr);
}

async function measure(name) {
  if (!BACKENDS.includes(name)) return measureSeries(await loadPeer(name));
  const { Counter, Gauge, Histogram, Summary, openShardStore } = await import('@promshard/writer');
  const { definePolicy } = await import('@promshard/label-policy');
  const dir = mkdtempSync(join(tmpdir(), 'promshard-bench-'));
  try {
    const store = openShardStore({
      dir,
      backend: name,
      maxShardBytes: 2 ** 28,
      labelPolicy: definePolicy({ maxSeriesPerMetric: 1e7, maxSeriesPerProcess: 1e7 }),
    });
    const series = measureSeries({ Counter, Histogram });
    store.close();
    return { ...series, store: measureStores(), ...(name === 'pwrite' ? await measureDelay() : {}) };
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }

  /** How long what was counted is at risk while the event loop turns. */
  async function measureDelay() {
    const store = openShardStore({ dir, backend: name, isolated: true });
    const counter = new Counter({ name: 'd_total', help: 'h', labelNames: ['n'], registers: [], store });
    const children = Array.from({ length: DIRTY }, (_, n) => counter.labels({ n }));
    const delays = [];
    for (let turn = 0; turn < TURNS; turn++) {
      const start = process.hrtime.bigint();
      for (const child of children) child.inc();
      // Queued behind the store's own.
      await new Promise((resolve) => setImmediate(resolve));
      delays.push(Number(process.hrtime.bigint() - start));
    }
    store.close();
    delays.sort((a, b) => a - b);
    return {
      delayMedian: delays[delays.length >> 1],
      delay99: delays[Math.floor(delays.length * 0.99)],
      delayLongest: delays.at(-1),
    };
  }

  function measureStores() {
    const times = [];
    for (let i = 0; i < STORES; i++) {
      const start = process.hrtime.bigint();
      const store = openShardStore({ dir, backend: name, isolated: true });
      const options = { help: 'h', registers: [], store };
      new Counter({ ...options, name: 'c_total' }).inc();
      new Gauge({ ...options, name: 'g', multiprocessMode: 'livesum' }).set(1);
      new Histogram({ ...options, name: 'h' }).observe(1);
      new Summary({ ...options, name: 's' }).observe(1);
      store.close();
      times.push(Number(process.hrtime.bigint() - start));
    }
    return median(times);
  }
}

function measureSeries({ Counter, Histogram }) {
  const labelNames = ['method', 'route', 'status'];
  const sets = Array.from({ length: SERIES }, (_, i) => ({
    method: i % 2 === 0 ? 'GET' : 'POST',
    route: `/api/r${i}/:id`,
    status: '200',
  }));
  // Warm: the optimiser has seen all of it, on metrics of their own.
  for (const round of [0, 1, 2]) {
    const options = { help: 'h', labelNames, registers: [] };
    const counter = new Counter({ ...options, name: `warm${round}_total` });
    const histogram = new Histogram({ ...options, name: `warm${round}_seconds` });
    for (let i = 0; i < 2000; i++) {
      counter.inc(sets[i]);
      histogram.observe(sets[i], 0.2);
    }
  }
  const counter = new Counter({ name: 'c_total', help: 'Requests served.', labelNames, registers: [] });
  const histogram = new Histogram({
    name: 'h_seconds',
    help: 'Time of a request.',
    labelNames,
    registers: [],
  });
  const firstCounter = time(SERIES, (i) => counter.inc(sets[i]));
  const firstHistogram = time(HISTOGRAMS, (i) => histogram.observe(sets[i], 0.2));
  // 48,271 generates all of 1 … 2^31-2 before it repeats (Park and Miller).
  let random = 1;
  const next = () => (random = (random * 48_271) % 2_147_483_647) % SERIES;
  const order = Array.from({ length: SERIES }, next);
  const children = sets.map((labels) => counter.labels(labels));
  return {
    firstCounter,
    firstHistogram,
    among: time(SERIES, (i) => counter.inc(sets[order[i]])),
    children: time(SERIES, (i) => children[order[i]].inc()),
  };
}

/** Nanoseconds of processor time, the collector's included, of one of so many calls: others on the machine do not count. */
function time(count, call) {
  const start = process.cpuUsage();
  for (let i = 0; i < count; i++) call(i);
  const { user, system } = process.cpuUsage(start);
  return ((user + system) * 1000) / count;
}

function ns(value) {
  if (!Number.isFinite(value)) return '–';
  return value >= 1000 ? `${(value / 1000).toFixed(2)} µs` : `${value.toFixed(value < 100 ? 1 : 0)} ns`;
}
