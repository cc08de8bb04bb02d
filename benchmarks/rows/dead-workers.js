// What 5,000 dead workers cost: the fold, and a scrape before and after it.
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { createAggregator } from '@promshard/aggregator';
import { prune } from '@promshard/pruner';
import { DEAD_PID, leaveFiles } from '../left-files.js';
import { scrapePython } from '../peers/python.js';
import { median, ms, printTable, QUICK } from '../report.js';

const DEAD = QUICK ? 20 : 5000;
const LIVE = 8;
const SERIES = 50;

const dir = mkdtempSync(join(tmpdir(), 'promshard-bench-'));
for (let writer = 0; writer < LIVE; writer++) leaveFiles(dir, writer, process.pid, SERIES);
const alone = await scrape();
const pythonAlone = scrapePython(dir, 3);
for (let writer = LIVE; writer < LIVE + DEAD; writer++) leaveFiles(dir, writer, DEAD_PID, SERIES);
const before = await scrape();
const pythonBefore = scrapePython(dir, 1);
const files = readdirSync(dir).length;
const start = performance.now();
const report = await prune({ dir });
const fold = performance.now() - start;
const after = await scrape();
const pythonAfter = scrapePython(dir, 3);
const left = readdirSync(dir).length;
rmSync(dir, { recursive: true });

printTable(
  `Scrape beside ${DEAD.toLocaleString('en')} dead workers, ${LIVE} live, ${SERIES} series each`,
  ['', `live ones alone`, 'before the fold', 'after it', 'files before → after', 'the fold'],
  [
    ['promshard, warm', ms(alone), ms(before), ms(after), `${files} → ${left}`, ms(fold)],
    ['Python’s collector', ms(pythonAlone), ms(pythonBefore), ms(pythonAfter), '', ''],
  ],
);
if (report.kind !== 'done') throw new Error(`The pruner reported ${report.kind}.`);

async function scrape() {
  const aggregator = createAggregator({ dir });
  await aggregator.collect();
  const times = [];
  for (let round = 0; round < (QUICK ? 2 : 15); round++) {
    const began = performance.now();
    await aggregator.collect();
    times.push(performance.now() - began);
  }
  return median(times);
}
