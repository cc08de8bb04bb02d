// Nanoseconds per call of what an application does all day, against prom-client and a bare float add; and the same
// calls under a strict label policy and under one that looks at nothing.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { bounded, definePolicy, oneOf, routes, standardPolicy } from '@promshard/label-policy';
import { Counter, Histogram, openShardStore } from '@promshard/writer';
import { measure } from 'mitata';

import { loadPeer, peerNames } from '../peers/clients.js';
import { median, printTable, QUICK, ratio } from '../report.js';

const ROUNDS = QUICK ? 1 : 5;
const backend = process.argv[2];

if (backend === undefined) {
  // A store is one per process, so each backend gets its own.
  const { spawnSync } = await import('node:child_process');
  for (const name of ['mmap', 'pwrite']) {
    const { status } = spawnSync(process.execPath, [process.argv[1], name], { stdio: 'inherit' });
    if (status !== 0) process.exitCode = 1;
  }
} else {
  await run(backend);
}

async function run(name) {
  const dir = mkdtempSync(join(tmpdir(), 'promshard-bench-'));
  try {
    const store = openStore(dir, name);
    if (store === undefined) return;
    await compare(name);
    await comparePolicies(name, dir);
    store.close();
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

function openStore(dir, name) {
  try {
    return openShardStore({ dir, backend: name });
  } catch (error) {
    console.log(`## Hot path, ${name} backend\n\nNot measured: ${String(error.message).split('\n')[0]}\n`);
    return undefined;
  }
}

async function compare(name) {
  const cells = new Float64Array(1024);
  const labels = { method: 'GET', route: '/jobs/:id', status: '200' };
  const labelNames = Object.keys(labels);
  const ours = makeMetrics({ Counter, Histogram }, []);
  const peers = await Promise.all(
    peerNames().map(async (peer) => {
      const classes = await loadPeer(peer);
      return makeMetrics(classes, [new classes.Registry()]);
    }),
  );

  function makeMetrics(classes, registers) {
    const counter = new classes.Counter({ name: 'c_total', help: 'c', labelNames, registers });
    const histogram = new classes.Histogram({ name: 'h_seconds', help: 'h', labelNames, registers });
    return {
      counter,
      counterChild: counter.labels(labels),
      histogram,
      histogramChild: histogram.labels(labels),
    };
  }

  // Spread over all buckets, in no order that a processor could learn.
  const values = Float64Array.from({ length: 1024 }, (_, i) => ((i * 389) % 1024) / 100);
  let index = 0;
  const rows = [
    {
      call: '`child.inc()`',
      ours: () => ours.counterChild.inc(),
      theirs: peers.map((peer) => () => peer.counterChild.inc()),
      bare: () => {
        cells[64] += 1;
      },
    },
    {
      call: '`counter.inc({3 labels})`',
      ours: () => ours.counter.inc(labels),
      theirs: peers.map((peer) => () => peer.counter.inc(labels)),
    },
    {
      call: '`counter.labels(3 values).inc()`',
      ours: () => ours.counter.labels('GET', '/jobs/:id', '200').inc(),
      theirs: peers.map((peer) => () => peer.counter.labels('GET', '/jobs/:id', '200').inc()),
    },
    {
      call: '`child.observe()`, 11 buckets',
      ours: () => ours.histogramChild.observe(values[index++ & 1023]),
      theirs: peers.map((peer) => () => peer.histogramChild.observe(values[index++ & 1023])),
    },
    {
      call: '`histogram.observe({3 labels}, v)`',
      ours: () => ours.histogram.observe(labels, values[index++ & 1023]),
      theirs: peers.map((peer) => () => peer.histogram.observe(labels, values[index++ & 1023])),
    },
  ];

  const table = [];
  for (const row of rows) {
    const candidates = [row.ours, row.bare, ...row.theirs];
    const samples = candidates.map(() => []);
    for (let round = 0; round < ROUNDS; round++) {
      for (const [i, call] of candidates.entries()) {
        if (call !== undefined) samples[i].push((await measure(call)).p50);
      }
    }
    const [mine, bare, ...theirs] = samples.map(median);
    table.push([row.call, ns(mine), ...theirs.map(ns), ratio(theirs[0], mine), ns(bare), ratio(mine, bare)]);
  }
  printTable(
    `Hot path, ${name} backend`,
    [
      'call',
      'promshard',
      ...peerNames(),
      'times faster than prom-client',
      'bare `Float64Array` add',
      'of the bare add',
    ],
    table,
  );
}

async function comparePolicies(name, dir) {
  const policies = {
    none: { ...standardPolicy, checkName: () => undefined, checkValue: () => undefined },
    strict: definePolicy({
      mode: 'strict',
      labels: {
        method: oneOf('GET', 'POST'),
        route: routes('/jobs/:id', '/jobs'),
        status: bounded({ pattern: /[1-5][0-9][0-9]/, maxDistinct: 40 }),
      },
    }),
  };
  const labels = { method: 'GET', route: '/jobs/:id', status: '200' };
  const stores = [];
  const calls = Object.entries(policies).map(([policy, labelPolicy]) => {
    const store = openShardStore({ dir, backend: name, isolated: true, labelPolicy });
    stores.push(store);
    const common = { labelNames: Object.keys(labels), registers: [], store };
    const counter = new Counter({ name: 'c_total', help: 'c', ...common });
    const histogram = new Histogram({ name: 'h_seconds', help: 'h', ...common });
    const child = counter.labels(labels);
    const observer = histogram.labels(labels);
    return {
      policy,
      '`child.inc()`': () => child.inc(),
      '`counter.inc({3 labels})`': () => counter.inc(labels),
      '`child.observe()`': () => observer.observe(0.3),
      '`histogram.observe({3 labels}, v)`': () => histogram.observe(labels, 0.3),
    };
  });

  const table = [];
  for (const call of Object.keys(calls[0]).slice(1)) {
    const samples = { none: [], strict: [] };
    for (let round = 0; round < ROUNDS; round++) {
      // Whoever comes second runs code that is warm: the order changes each time.
      for (const one of round % 2 === 0 ? calls : calls.toReversed()) {
        samples[one.policy].push((await measure(one[call])).p50);
      }
    }
    const [none, strict] = [median(samples.none), median(samples.strict)];
    table.push([call, ns(none), ns(strict), ratio(strict, none)]);
  }
  for (const store of stores) store.close();
  printTable(
    `Hot path under a label policy, ${name} backend`,
    ['call', 'policy that looks at nothing', 'strict policy', 'of the former'],
    table,
  );
}

function ns(value) {
  return Number.isFinite(value) ? `${value.toFixed(value < 100 ? 1 : 0)} ns` : '–';
}
