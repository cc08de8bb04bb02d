// Heap and external memory per series in a writer, beside prom-client's.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { loadPeer, peerNames } from '../peers/clients.js';
import { printTable, QUICK, ratio } from '../report.js';

const SERIES = QUICK ? 1000 : 100_000;
const who = process.argv[2];

if (who === undefined) {
  const rows = ['counter', 'histogram'].map((metric) => {
    const [ours, ...peers] = ['promshard', ...peerNames()].map((name) => measureIn(name, metric));
    return [
      metric,
      bytes(ours.heap),
      bytes(ours.resident),
      ...peers.flatMap((peer) => [bytes(peer.heap), bytes(peer.resident)]),
      ratio(ours.heap, peers[0].heap),
    ];
  });
  printTable(
    `Memory per labelled series, ${SERIES.toLocaleString('en')} counters or ${(SERIES / 10).toLocaleString('en')} histograms`,
    [
      'metric',
      ...['promshard', ...peerNames()].flatMap((name) => [`${name}, heap`, 'resident']),
      'heap, of prom-client’s',
    ],
    rows,
  );
} else {
  const { Counter, Histogram, openShardStore } = await import('@promshard/writer');
  const { definePolicy } = await import('@promshard/label-policy');
  const metric = process.argv[3];
  const dir = mkdtempSync(join(tmpdir(), 'promshard-bench-'));
  const store =
    who === 'promshard'
      ? openShardStore({
          dir,
          labelPolicy: definePolicy({ maxSeriesPerMetric: SERIES + 1, maxSeriesPerProcess: SERIES + 1 }),
        })
      : undefined;
  const classes = who === 'promshard' ? { Counter, Histogram } : await loadPeer(who);
  const count = metric === 'counter' ? SERIES : SERIES / 10;
  const subject =
    metric === 'counter'
      ? new classes.Counter({ name: 'c_total', help: 'c', labelNames: ['route', 'status'], registers: [] })
      : new classes.Histogram({
          name: 'h_seconds',
          help: 'h',
          labelNames: ['route', 'status'],
          registers: [],
        });
  touch(0);
  const before = sample();
  for (let i = 1; i <= count; i++) touch(i);
  const after = sample();
  console.log(
    JSON.stringify({
      heap: (after.heap - before.heap) / count,
      resident: (after.resident - before.resident) / count,
    }),
  );
  store?.close();
  rmSync(dir, { recursive: true, force: true });

  function touch(i) {
    const labels = { route: `/route/r${i}`, status: '200' };
    if (metric === 'counter') subject.inc(labels);
    else subject.observe(labels, 0.2);
  }
}

function measureIn(name, metric) {
  const run = spawnSync(process.execPath, ['--expose-gc', process.argv[1], name, metric], {
    encoding: 'utf8',
  });
  if (run.status !== 0) throw new Error(run.stderr);
  return JSON.parse(run.stdout);
}

function sample() {
  globalThis.gc();
  globalThis.gc();
  const { heapUsed, rss } = process.memoryUsage();
  return { heap: heapUsed, resident: rss };
}

function bytes(value) {
  return `${value.toFixed(0)} B`;
}
