// Prints how many times faster counting is than with prom-client, and how it compares with a bare float add.
// node bench/hot-path.mjs [mmap|pwrite], after a build.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import prom from 'prom-client';

import { Counter, Histogram, openShardStore } from '../dist/index.js';

const dir = mkdtempSync(join(tmpdir(), 'promshard-bench-'));
const store = openShardStore({ dir, backend: process.argv[2] ?? 'auto' });

/** The best of several rounds, in nanoseconds a call. */
function time(count, run) {
  let best = Infinity;
  for (let round = 0; round < 7; round++) {
    const start = process.hrtime.bigint();
    run(count);
    best = Math.min(best, Number(process.hrtime.bigint() - start) / count);
  }
  return best;
}

const help = 'h';
const labelNames = ['method', 'route', 'code'];
const paths = Array.from({ length: 16 }, (_, i) => ({
  method: i % 2 ? 'GET' : 'POST',
  route: `/r${i}`,
  code: '200',
}));
const values = Array.from({ length: 1024 }, (_, i) => ((i * 37) % 1024) / 100);

function measure(client, more) {
  const counter = new client.Counter({
    name: 'c_total',
    help,
    labelNames,
    registers: [new prom.Registry()],
    ...more,
  });
  const histogram = new client.Histogram({
    name: 'h',
    help,
    labelNames,
    registers: [new prom.Registry()],
    ...more,
  });
  const child = counter.labels(paths[0]);
  const timer = histogram.labels(paths[0]);
  return {
    'child.inc()': time(2e6, (n) => {
      for (let i = 0; i < n; i++) child.inc();
    }),
    'inc({3 labels})': time(1e6, (n) => {
      for (let i = 0; i < n; i++) counter.inc(paths[i & 15]);
    }),
    'labels(3).inc()': time(1e6, (n) => {
      for (let i = 0; i < n; i++) counter.labels('GET', '/r1', '200').inc();
    }),
    'child.observe()': time(1e6, (n) => {
      for (let i = 0; i < n; i++) timer.observe(values[i & 1023]);
    }),
    'observe({3 labels})': time(1e6, (n) => {
      for (let i = 0; i < n; i++) histogram.observe(paths[i & 15], values[i & 1023]);
    }),
    'new series':
      time(1, () => {
        const fresh = new client.Counter({
          name: 'f_total',
          help,
          labelNames,
          registers: [new prom.Registry()],
          ...more,
        });
        for (let i = 0; i < 1900; i++) fresh.inc({ method: 'GET', route: `/n${i}`, code: '200' });
      }) / 1900,
  };
}

const floats = new Float64Array(512);
const bare = time(2e6, (n) => {
  for (let i = 0; i < n; i++) floats[7] += 1;
});
const ours = measure({ Counter, Histogram }, {});
const theirs = measure(prom, {});
console.log(`Node ${process.version}, ${store.backend}; a bare float add takes ${bare.toFixed(2)} ns`);
console.table(
  Object.fromEntries(
    Object.entries(ours).map(([what, ns]) => [
      what,
      {
        'promshard ns': +ns.toFixed(1),
        'prom-client ns': +theirs[what].toFixed(1),
        'times faster': +(theirs[what] / ns).toFixed(1),
        'float adds': +(ns / bare).toFixed(1),
      },
    ]),
  ),
);
store.close();
rmSync(dir, { recursive: true });
