// Lives the lives of many short-lived workers, several at a time: each opens a store of its own (an owner record under
// its own lock, shards of its own), counts for a moment and closes it. Before and after each count it says so in a
// mapped file, which survives it as its shards do. Arguments: the shard directory, the file of acknowledgements, how
// many workers live at a time, how many there may be, a seed.
import { openSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

import { loadNative } from '@promshard/native';
import { Counter, Histogram, openShardStore } from '@promshard/writer';

const [dir, ackFile, atATime, most, seed] = process.argv.slice(2);
const { addon } = loadNative();
const fd = openSync(ackFile, 'w+');
addon.allocate(fd, 0, 4096);
const said = new Float64Array(addon.mapFile(fd, 4096));
const [BEGUN, DONE, WORKERS] = [0, 1, 2];
process.once('disconnect', () => process.exit());

let state = Number(seed);
const random = () => {
  state = (state + 0x6d2b79f5) | 0;
  let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
  mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed);
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
};

async function liveALife() {
  said[WORKERS] += 1;
  const store = openShardStore({ dir, backend: 'mmap', isolated: true });
  const options = { help: 'Counted.', labelNames: ['kind'], registers: [], store };
  const counter = new Counter({ name: 'churn_total', ...options });
  const histogram = new Histogram({ name: 'churn_seconds', buckets: [0.5], ...options });
  const rounds = 1 + Math.floor(random() * 5);
  for (let round = 0; round < rounds; round++) {
    for (let i = 0; i < 20; i++) {
      const kind = `k${Math.floor(random() * 10)}`;
      said[BEGUN] += 1;
      counter.inc({ kind });
      histogram.observe({ kind }, random());
      said[DONE] += 1;
    }
    await sleep(random() * 30);
  }
  store.close();
}

async function liveOn() {
  while (said[WORKERS] < Number(most)) await liveALife();
}

await Promise.all(Array.from({ length: Number(atATime) }, liveOn));
process.exit();
