// What 5,000 dead workers cost: the fold, and a scrape before and after it beside one of the living alone.
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { prune } from '@promshard/pruner';

import { DEAD_PID, leaveFiles } from '../left-files.js';
import { scrapePython } from '../peers/python.js';
import { ms, printTable, QUICK, ratio } from '../report.js';
import { scrapeInTurns } from '../scrapes.js';

const DEAD = QUICK ? 20 : 5000;
const LIVE = QUICK ? [4] : [20, 64];
const SERIES = 200;

for (const live of LIVE) {
  const [alone, dir] = ['alone-', ''].map((name) => mkdtempSync(join(tmpdir(), `promshard-bench-${name}`)));
  for (let writer = 0; writer < live; writer++) {
    for (const each of [alone, dir]) leaveFiles(each, writer, process.pid, SERIES);
  }
  for (let writer = live; writer < live + DEAD; writer++) leaveFiles(dir, writer, DEAD_PID, SERIES);
  const [before] = await scrapeInTurns(dir);
  const pythonBefore = scrapePython(dir, 1);
  const files = readdirSync(dir).length;
  const start = performance.now();
  const report = await prune({ dir });
  const fold = performance.now() - start;
  if (report.kind !== 'done') throw new Error(`The pruner reported ${report.kind}.`);
  // The aggregator lists a directory anew that changed within a second; both are at rest then.
  await sleep(1500);
  const [ofLiving, after] = await scrapeInTurns(alone, dir);
  const [pythonOfLiving, pythonAfter] = [alone, dir].map((each) => scrapePython(each, 5));
  const left = readdirSync(dir).length;
  for (const each of [alone, dir]) rmSync(each, { recursive: true });

  printTable(
    `Scrape beside ${DEAD.toLocaleString('en')} dead workers, ${live} live, ${SERIES} series each`,
    [
      '',
      'before the fold',
      'after it',
      'the living alone',
      'after ÷ alone',
      'files before → after',
      'the fold',
    ],
    [
      [
        'promshard, warm',
        ms(before),
        ms(after),
        ms(ofLiving),
        ratio(after, ofLiving),
        `${files} → ${left}`,
        ms(fold),
      ],
      [
        'Python’s collector',
        ms(pythonBefore),
        ms(pythonAfter),
        ms(pythonOfLiving),
        ratio(pythonAfter, pythonOfLiving),
        '',
        '',
      ],
    ],
  );
}
