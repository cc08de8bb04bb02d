// Warm and cold scrapes of many writers' series, beside Python's collector, prom-client's cluster registry and
// merely reading the files.
import {
  closeSync,
  fstatSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { createAggregator } from '@promshard/aggregator';
import { renderText } from '@promshard/exposition';
import { encodeShard, shardFileName, shardId } from '@promshard/shard-format';

import { scrapeCluster } from '../peers/prom-client-cluster.js';
import { scrapePython } from '../peers/python.js';
import { median, ms, printTable, QUICK, ratio } from '../report.js';

const ROUNDS = QUICK ? 2 : 15;
const SIZES = QUICK
  ? [{ writers: 4, series: 100 }]
  : [
      { writers: 8, series: 10_000 },
      { writers: 64, series: 2_000 },
      { writers: 500, series: 500 },
    ];
// 500 cluster workers do not fit a small machine.
const MOST_CLUSTER_WORKERS = 64;

const table = [];
for (const { writers, series } of SIZES) {
  const dir = mkdtempSync(join(tmpdir(), 'promshard-bench-'));
  for (let writer = 0; writer < writers; writer++)
    writeFileSync(join(dir, fileName(writer)), shard(series, writer));
  const aggregator = createAggregator({ dir });
  const cold = [];
  const warm = [];
  const raw = [];
  for (let round = 0; round < ROUNDS; round++) {
    if (round % 5 === 0)
      cold.push(await time(async () => renderText(await createAggregator({ dir }).collect())));
    await aggregator.collect();
    warm.push(await time(async () => renderText(await aggregator.collect())));
    raw.push(await time(() => readAll(dir)));
  }
  const python = scrapePython(dir, QUICK ? 1 : 5);
  const cluster =
    writers <= MOST_CLUSTER_WORKERS ? await scrapeCluster(writers, series, QUICK ? 1 : 5) : undefined;
  rmSync(dir, { recursive: true });
  const [w, r] = [median(warm), median(raw)];
  table.push([
    `${writers} × ${series.toLocaleString('en')}`,
    ms(w),
    ms(median(cold)),
    ms(r),
    ratio(w, r),
    ms(python),
    ratio(python, w),
    ms(cluster),
    ratio(cluster, w),
  ]);
}
printTable(
  'Scrape to text, writers × series each',
  [
    'size',
    'promshard, warm',
    'cold',
    'reading the files',
    'warm, of reading',
    'Python’s collector',
    'times faster',
    'prom-client cluster',
    'times faster',
  ],
  table,
);

function fileName(writer) {
  return shardFileName(
    { kind: 'counter' },
    shardId({ pid: 1000 + writer, nonce: writer.toString(16).padStart(16, '0') }),
  );
}

function shard(series, writer) {
  return encodeShard(
    Array.from({ length: series }, (_, i) => ({
      key: {
        family: 'http_requests',
        sample: 'http_requests_total',
        labels: { method: 'GET', route: `/route/r${i}`, status: '200' },
        help: 'Requests.',
      },
      value: i + writer,
    })),
  );
}

async function time(work) {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

function readAll(dir) {
  const buffer = Buffer.allocUnsafe(16 << 20);
  for (const name of readdirSync(dir)) {
    const fd = openSync(join(dir, name), 'r');
    readSync(fd, buffer, 0, fstatSync(fd).size, 0);
    closeSync(fd);
  }
}
