// Nanoseconds per observation of a summary, with the quantiles that it has by itself and without any, against
// prom-client's; and what its sketch takes on disk.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { openShardStore, Summary } from '@promshard/writer';
import { measure } from 'mitata';
import promClient from 'prom-client';

import { median, printTable, QUICK, ratio } from '../report.js';

const ROUNDS = QUICK ? 1 : 5;
const LABELS = { method: 'GET', route: '/jobs/:id', status: '200' };
/** Seconds from 1 ms to 10 s, log-uniform. */
const VALUES = Float64Array.from({ length: 1024 }, (_, i) => 0.001 * 10 ** (((i * 389) % 1024) / 256));

for (const backend of ['mmap', 'pwrite']) {
  const dir = mkdtempSync(join(tmpdir(), 'promshard-bench-'));
  try {
    const store = open(dir, backend);
    if (store === undefined) continue;
    await compare(backend, dir, store);
    store.close();
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

function open(dir, backend) {
  try {
    return openShardStore({ dir, backend, isolated: true });
  } catch (error) {
    console.log(
      `## Summaries, ${backend} backend\n\nNot measured: ${String(error.message).split('\n')[0]}\n`,
    );
    return undefined;
  }
}

async function compare(backend, dir, store) {
  const common = { help: 's', labelNames: Object.keys(LABELS) };
  const mine = new Summary({ ...common, name: 's_seconds', registers: [], store });
  const bare = new Summary({ ...common, name: 'b_seconds', percentiles: [], registers: [], store });
  const theirs = new promClient.Summary({
    ...common,
    name: 's_seconds',
    registers: [new promClient.Registry()],
  });
  let i = 0;
  const next = () => VALUES[i++ & 1023];
  const calls = [mine, bare, theirs].map((summary) => {
    const child = summary.labels(LABELS);
    return [() => child.observe(next()), () => summary.observe(LABELS, next())];
  });
  const table = [];
  for (const [row, call] of ['`child.observe()`', '`summary.observe({3 labels}, v)`'].entries()) {
    const samples = calls.map(() => []);
    for (let round = 0; round < ROUNDS; round++) {
      for (const [who, own] of calls.entries()) samples[who].push((await measure(own[row])).p50);
    }
    const [ours, none, peer] = samples.map(median);
    table.push([call, ns(ours), ns(none), ns(peer), ratio(peer, ours)]);
  }
  store.flush();
  const sketch = readdirSync(dir).find((name) => name.startsWith('sketch_')) ?? '';
  const used = readFileSync(join(dir, sketch)).readInt32LE(0);
  printTable(
    `Summaries, ${backend} backend; the sketch of one series over four decades takes ${(used / 1024).toFixed(0)} KiB`,
    ['call', 'promshard, 7 quantiles', 'promshard, none', 'prom-client 15.1.3, 7 quantiles', 'times faster'],
    table,
  );
}

function ns(value) {
  return `${value.toFixed(value < 100 ? 1 : 0)} ns`;
}
