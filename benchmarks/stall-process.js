// An application's process that scrapes a directory itself, and says for how long its event loop was held.
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';

import { createAggregator } from '@promshard/aggregator';
import { renderBytes, RenderMemory } from '@promshard/exposition';

const dir = process.argv[2];
const [seconds, coldShare] = process.argv.slice(3).map(Number);
const TEXT = { format: 'text', version: '0.0.4' };

/**
 * The most processor time between two turns of the event loop, of all threads, in milliseconds: for how long a machine
 * without other work would hold it at most, collector and compiler included.
 */
function watchTurns() {
  let longest = 0;
  let isOn = true;
  let before = process.cpuUsage();
  const turn = () => {
    const { user, system } = process.cpuUsage(before);
    before = process.cpuUsage();
    longest = Math.max(longest, (user + system) / 1000);
    if (isOn) setImmediate(turn);
  };
  setImmediate(turn);
  return () => {
    isOn = false;
    return longest;
  };
}

/** Percentiles of the event loop's delay while `work` is done over and over, in milliseconds. */
async function delayDuring(work) {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const end = performance.now() + 1000 * seconds;
  let count = 0;
  while (performance.now() < end) {
    await work(count++);
    await pause(5);
  }
  delay.disable();
  const stop = watchTurns();
  const turns = performance.now() + 500 * seconds;
  for (let round = 0; performance.now() < turns; round++) {
    await work(round);
    await pause(5);
  }
  const processor = stop();
  const of = (percentile) => delay.percentile(percentile) / 1e6;
  return { count, p50: of(50), p99: of(99), p999: of(99.9), max: delay.max / 1e6, processor };
}

let aggregator = createAggregator({ dir });
let memory = new RenderMemory();
async function scrape() {
  for (const _ of renderBytes(await aggregator.collect(), TEXT, { memory }));
}
async function coldScrape() {
  aggregator.close();
  aggregator = createAggregator({ dir });
  memory = new RenderMemory();
  await scrape();
}
const idle = await delayDuring(() => pause(5));
const first = await delayDuring((count) => (count === 0 ? scrape() : pause(5)));
const warm = await delayDuring(scrape);
const cold = await delayDuring((count) => (count % coldShare === 0 ? coldScrape() : scrape()));
process.stdout.write(JSON.stringify({ idle, first, warm, cold }));
