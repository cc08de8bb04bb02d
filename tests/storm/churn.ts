import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import { prune, type PruneDone } from '@promshard/pruner';

import { startExporterProcess } from '../support/exporter-process.js';
import { temporaryDirectory } from '../support/temporary-directory.js';
import { keepPruning } from './kept-pruner.js';
import { compareScrapes, copyFilesOf, type ScrapeTimes } from './scrape-times.js';
import { seededRandom } from './seeded-random.js';
import { exitOf, prepareWorkers } from './short-lived-workers.js';
import { sumOf, watchSamples } from './watch-samples.js';

/** What churn is made of. */
export interface ChurnOptions {
  /** Short-lived worker processes in all. */
  readonly workers: number;
  /** How many live at a time. */
  readonly atATime: number;
  /** Processes that live from before the first of them until after the last. */
  readonly outliving: number;
  readonly seed: number;
  /** The pruner is killed as often as this, on average. */
  readonly prunerLivesMs: number;
  /** Whether scrapes of what is left are timed beside scrapes of the living alone. */
  readonly isTimed: boolean;
}

/** What came of it. */
export interface ChurnResult {
  /** Processes started, those that died by SIGKILL, and those of them that others killed. */
  readonly workers: number;
  readonly killed: number;
  readonly cutOff: number;
  readonly prunerKills: number;
  readonly scrapes: number;
  /** Samples that fell from one scrape to the next. */
  readonly falls: readonly string[];
  /** Counts that were done, counts that were begun, and what the exporter says of both metrics in the end. */
  readonly done: number;
  readonly begun: number;
  readonly counted: number;
  readonly observed: number;
  /** The most files that any scrape found. */
  readonly mostFiles: number;
  /** With those that outlive the others, when everybody else is folded. */
  readonly filesOfLiving: number;
  readonly scrape: { readonly after: ScrapeTimes; readonly ofLiving: ScrapeTimes } | undefined;
  readonly filesLeft: readonly string[];
  readonly generation: number;
  readonly seconds: number;
  readonly exporterErrors: string;
  readonly prunerErrors: string;
}

/**
 * Worker processes come and go, most of them by SIGKILL; the pruner, a process of its own, is killed again and again; the
 * exporter is scraped every 50 ms.
 */
export async function runChurn(options: ChurnOptions): Promise<ChurnResult> {
  const { workers, atATime, outliving, seed, prunerLivesMs, isTimed } = options;
  const root = temporaryDirectory();
  const dir = join(root, 'shards');
  mkdirSync(dir);
  const started = performance.now();
  const parent = await prepareWorkers(root, dir, workers + outliving, seed);
  const random = seededRandom(seed);
  const exporter = await startExporterProcess(dir);
  let mostFiles = 0;
  const watch = watchSamples(50, () => {
    mostFiles = Math.max(mostFiles, readdirSync(dir).length);
    return exporter.scrape();
  });
  const pruner = keepPruning(dir, () => random() * 2 * prunerLivesMs);
  const outlivers = [];
  for (let i = 0; i < outliving; i++) outlivers.push(await parent.startOneThatOutlives());
  await parent.run(workers, atATime);
  const { kills: prunerKills, errors: prunerErrors } = await pruner.stop();
  await pruneOnce(dir);
  const filesOfLiving = readdirSync(dir).length;

  const watched = await watch.stop();
  let scrape: ChurnResult['scrape'];
  if (isTimed) {
    const alone = join(root, 'alone');
    copyFilesOf(
      outlivers.flatMap(({ pid }) => (pid === undefined ? [] : [pid])),
      dir,
      alone,
    );
    const [after, ofLiving] = await compareScrapes([dir, alone]);
    if (after !== undefined && ofLiving !== undefined) scrape = { after, ofLiving };
  }

  for (const child of outlivers) {
    child.kill('SIGKILL');
    await exitOf(child);
  }
  const { generation } = await pruneOnce(dir);
  const { falls, last } = await watchSamples(0, () => exporter.scrape(), watched.last).stop();
  const { started: workersStarted, killed, cutOff } = parent.count;
  return {
    workers: workersStarted,
    killed: killed + outliving,
    cutOff: cutOff + outliving,
    prunerKills,
    scrapes: watched.scrapes,
    falls: [...watched.falls, ...falls],
    ...parent.said(),
    counted: sumOf(last, (key) => key.startsWith('churn_total{')),
    observed: sumOf(last, (key) => key.startsWith('churn_seconds_count')),
    mostFiles,
    filesOfLiving,
    scrape,
    filesLeft: readdirSync(dir),
    generation,
    seconds: Math.round((performance.now() - started) / 1000),
    exporterErrors: exporter.errors(),
    prunerErrors,
  };
}

/** A run that knows that whatever lies about for a minute is nobody's any more. */
async function pruneOnce(dir: string): Promise<PruneDone> {
  const report = await prune({ dir, now: () => Date.now() + 120_000 });
  if (report.kind !== 'done') throw new Error(`A run of the pruner was ${report.kind}.`);
  return report;
}
