// Warm and cold scrapes of many writers' series to text, beside Python's collector, GitLab's compiled reader,
// prom-client's cluster registry, and merely reading the files. Every candidate has the same series; promshard and
// the reading take turns in one process. Once more without the addon, as the exporter's bin is unless addons are allowed.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import { decodeShard, encodeShard, shardFileName, shardId } from '@promshard/shard-format';

import { scrapeGitLab } from '../peers/gitlab-mmap.js';
import { scrapeCluster } from '../peers/prom-client-cluster.js';
import { measurePython } from '../peers/python.js';
import { median, ms, printTable, QUICK, ratio } from '../report.js';

const ROUNDS = QUICK ? 2 : 21;
const COLD_ROUNDS = QUICK ? 1 : 9;
const PEER_ROUNDS = QUICK ? 1 : 5;
const SIZES = QUICK
  ? [{ writers: 4, series: 100 }]
  : [
      { writers: 8, series: 10_000 },
      { writers: 64, series: 2_000 },
      { writers: 500, series: 500 },
      { writers: 2_000, series: 200 },
    ];
// Five hundred cluster workers do not fit a small machine.
const MOST_CLUSTER_WORKERS = 64;
const SCRAPE_PROCESS = fileURLToPath(new URL('../scrape-process.js', import.meta.url));

const times = [];
const ratios = { wall: [], cpu: [] };
const costs = [];
for (const { writers, series } of SIZES) {
  const size = `${writers.toLocaleString('en')} × ${series.toLocaleString('en')}`;
  const dir = mkdtempSync(join(tmpdir(), 'promshard-bench-'));
  const files = Array.from({ length: writers }, (_, writer) => makeFile(dir, series, writer));
  const ours = await scrapeOurs(dir, files);
  const without = await scrapeWithoutAddon(dir, files);
  for (const { close } of files) close();
  const python = measurePython(dir, PEER_ROUNDS);
  rmSync(dir, { recursive: true });
  const gitlab = scrapeGitLab(
    files.map((_, writer) => seriesOf(series, writer)),
    PEER_ROUNDS,
  );
  const cluster =
    writers <= MOST_CLUSTER_WORKERS ? await scrapeCluster(writers, series, PEER_ROUNDS) : undefined;
  times.push([
    size,
    ms(ours.none.wall),
    ms(ours.tenth.wall),
    ms(ours.all.wall),
    ms(without.wall),
    ms(ours.read.wall),
    ms(ours.cold.wall),
    ms(ours.first.wall),
    ms(python?.wall),
    ms(gitlab?.wall),
    ms(cluster?.wall),
  ]);
  for (const key of ['wall', 'cpu']) {
    ratios[key].push([
      size,
      ratio(ours.tenth[key], ours.read[key]),
      ratio(ours.collect[key], ours.read[key]),
      ratio(python?.[key], ours.tenth[key]),
      ratio(gitlab?.[key], ours.tenth[key]),
      ratio(cluster?.[key], ours.tenth[key]),
      ratio(python?.[key], without[key]),
      ratio(without[key], ours.read[key]),
      ratio(ours.cold[key], gitlab?.[key]),
      ratio(ours.first[key], gitlab?.[key]),
    ]);
  }
  costs.push([
    size,
    cost(ours.tenth),
    cost(ours.first),
    cost(ours.read),
    cost(python),
    cost(gitlab),
    cost(cluster),
  ]);
}
const WARM = 'a tenth of the values changed';
printTable(
  'Scrape to text, writers × series each',
  [
    'size',
    'promshard, warm: no value changed',
    WARM,
    'all changed',
    `${WARM}, without the addon`,
    'reading the files',
    'promshard, cold',
    'first in its process',
    'Python’s collector',
    'GitLab’s mmap',
    'prom-client cluster',
  ],
  times,
);
for (const [key, title] of [
  ['wall', `The ratios; warm: ${WARM}`],
  ['cpu', 'The same ratios of processor time, which other processes on the machine change less'],
]) {
  printTable(
    title,
    [
      'size',
      'warm ÷ reading',
      '… without text',
      'Python ÷ warm',
      'GitLab ÷ warm',
      'cluster ÷ warm',
      'Python ÷ warm without the addon',
      'warm without the addon ÷ reading',
      'cold ÷ GitLab',
      'first ÷ GitLab',
    ],
    ratios[key],
  );
}
printTable(
  'Processor time of one scrape, and the process’s peak memory (of the cluster: the primary’s)',
  [
    'size',
    'promshard, warm',
    'first in its process',
    '(reading, same process)',
    'Python’s collector',
    'GitLab’s mmap',
    'prom-client cluster',
  ],
  costs,
);

function cost(it) {
  return it === undefined ? '–' : `${ms(it.cpu)}, ${it.peak.toFixed(0)} MiB`;
}

/** Scrapes in a process of its own, whose memory is nobody else's, while this one changes the values. */
async function scrapeOurs(dir, files) {
  const { child, tell } = await startScraping([dir]);
  const samples = { first: [await tell('scrape')] };
  await warmUp(tell);
  const note = async (name, what) => (samples[name] ??= []).push(await tell(what));
  for (let round = 0; round < ROUNDS; round++) {
    await note('none', 'scrape');
    await note('read', 'read');
    for (const file of files) file.change(10);
    await note('tenth', 'scrape');
    await note('read', 'read');
    for (const file of files) file.change(10);
    await note('collect', 'collect');
    for (const file of files) file.change(1);
    await note('all', 'scrape');
  }
  for (let round = 0; round < COLD_ROUNDS; round++) await note('cold', 'cold');
  child.disconnect();
  return Object.fromEntries(Object.entries(samples).map(([name, all]) => [name, middle(all)]));
}

/** Warm scrapes, a tenth of the values changed, that read whole shards. */
async function scrapeWithoutAddon(dir, files) {
  const { child, tell } = await startScraping([dir, 'reading']);
  await warmUp(tell);
  const samples = [];
  for (let round = 0; round < ROUNDS; round++) {
    for (const file of files) file.change(10);
    samples.push(await tell('scrape'));
  }
  child.disconnect();
  return middle(samples);
}

async function startScraping(args) {
  const child = fork(SCRAPE_PROCESS, args, { execArgv: [] });
  await once(child, 'message');
  const tell = async (what) => {
    const answer = once(child, 'message');
    child.send(what);
    const [result] = await answer;
    return result;
  };
  return { child, tell };
}

/** The directory's time of change must be past for a while before it is relied on. */
async function warmUp(tell) {
  await tell('scrape');
  await pause(QUICK ? 0 : 1500);
  for (let round = 0; round < 5; round++) await tell('scrape');
}

function middle(samples) {
  const of = (key) => median(samples.map((sample) => sample[key]));
  // Memory never falls: the first sample of each kind is the nearest to it.
  return { wall: of('wall'), cpu: of('cpu'), peak: samples[0].peak };
}

function makeFile(dir, series, writer) {
  const nonce = writer.toString(16).padStart(16, '0');
  const path = join(dir, shardFileName({ kind: 'counter' }, shardId({ pid: 1000 + writer, nonce })));
  const bytes = encodeShard(
    seriesOf(series, writer).map(({ value, ...key }) => ({ key: { ...key, help: 'Requests.' }, value })),
  );
  writeFileSync(path, bytes);
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const offsets = decodeShard(bytes).entries.map(({ valueOffset }) => valueOffset);
  const fd = openSync(path, 'r+');
  return {
    /** Adds 1 to every `step`th series. */
    change(step) {
      for (let i = 0; i < offsets.length; i += step)
        view.setFloat64(offsets[i], view.getFloat64(offsets[i], true) + 1, true);
      writeSync(fd, bytes, 0, bytes.byteLength, 0);
    },
    close: () => closeSync(fd),
  };
}

function seriesOf(count, writer) {
  return Array.from({ length: count }, (_, i) => ({
    family: 'http_requests',
    sample: 'http_requests_total',
    labels: { method: 'GET', route: `/route/r${i}`, status: '200' },
    value: i + writer,
  }));
}
