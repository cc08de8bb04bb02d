// What folding costs: many dead shards at once, with the scrapes before and after it; and one more dead worker beside
// what years have folded.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import { DEAD_PID, leaveFiles } from '../left-files.js';
import { scrapePython } from '../peers/python.js';
import { median, ms, printTable, QUICK } from '../report.js';
import { scrapeInTurns } from '../scrapes.js';

const LIVE = 4;
const SERIES = QUICK ? 20 : 500;
const DEAD = QUICK ? [3] : [10, 1_000, 10_000];
const FOLDED = QUICK ? [20] : [500, 10_000, 100_000];
const FOLD_ONCE = fileURLToPath(new URL('../fold-once.js', import.meta.url));

const many = [];
for (const dead of DEAD) {
  const dir = mkdtempSync(join(tmpdir(), 'promshard-bench-'));
  for (let writer = 0; writer < LIVE; writer++) leaveFiles(dir, writer, process.pid, SERIES);
  for (let writer = LIVE; writer < LIVE + dead; writer++) leaveFiles(dir, writer, DEAD_PID, SERIES);
  const files = readdirSync(dir).length;
  const [before] = await scrapeInTurns(dir);
  const pythonBefore = scrapePython(dir, 1);
  const fold = foldOnce(dir);
  // The aggregator lists a directory anew that changed within a second.
  await sleep(1500);
  const [after] = await scrapeInTurns(dir);
  const pythonAfter = scrapePython(dir, QUICK ? 1 : 5);
  many.push([
    dead.toLocaleString('en'),
    ms(fold.ms),
    `${mib(fold.risenKb)} (${mib(fold.peakKb)})`,
    `${files} → ${readdirSync(dir).length}`,
    `${ms(before)} → ${ms(after)}`,
    `${ms(pythonBefore)} → ${ms(pythonAfter)}`,
  ]);
  rmSync(dir, { recursive: true });
}
printTable(
  `Folding dead shards of ${SERIES} series beside ${LIVE} live ones`,
  ['dead', 'fold', 'memory it adds (peak)', 'files', 'warm scrape', 'Python’s collector'],
  many,
);

const one = [];
for (const folded of FOLDED) {
  const dir = mkdtempSync(join(tmpdir(), 'promshard-bench-'));
  leaveFiles(dir, 0, DEAD_PID, folded);
  const first = foldOnce(dir);
  const later = [];
  for (let writer = 1; writer <= (QUICK ? 2 : 9); writer++) {
    leaveFiles(dir, writer, DEAD_PID, 5);
    later.push(foldOnce(dir));
  }
  one.push([
    folded.toLocaleString('en'),
    ms(first.ms),
    ms(median(later.map((fold) => fold.ms))),
    mib(median(later.map((fold) => fold.risenKb))),
  ]);
  rmSync(dir, { recursive: true });
}
printTable(
  'Folding one dead shard of 5 series beside what was folded before',
  ['series folded before', 'their fold', 'the fold of 5 more', 'memory it adds'],
  one,
);

function foldOnce(dir) {
  const run = spawnSync(process.execPath, [FOLD_ONCE, dir], { encoding: 'utf8' });
  if (run.status !== 0) throw new Error(run.stderr);
  return JSON.parse(run.stdout);
}

function mib(kb) {
  return `${(kb / 1024).toFixed(1)} MiB`;
}
