// One life of a worker process: opens a store, counts for a moment, and ends as it is told. Before and after each count
// it says so in its place of a mapped file, which survives it as its shards do. Arguments: the shard directory, the file
// of acknowledgements and its size, this worker's place in it, how to end, a seed.
import { openSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

import { loadNative } from '@promshard/native';
import { Counter, Histogram, openShardStore } from '@promshard/writer';

const [dir, ackFile, ackBytes, place, end, seed] = process.argv.slice(2);
const said = new Float64Array(loadNative().addon.mapFile(openSync(ackFile, 'r+'), Number(ackBytes)));
const [BEGUN, DONE] = [2 * Number(place), 2 * Number(place) + 1];

let state = Number(seed);
const random = () => {
  state = (state + 0x6d2b79f5) | 0;
  let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
  mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed);
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
};

const store = openShardStore({ dir, backend: 'mmap' });
const options = { help: 'Counted.', labelNames: ['kind'], registers: [] };
const counter = new Counter({ name: 'churn_total', ...options });
const histogram = new Histogram({ name: 'churn_seconds', buckets: [0.5], ...options });

async function count(rounds) {
  for (let round = 0; round < rounds; round++) {
    for (let i = 0; i < 20; i++) {
      const kind = `k${Math.floor(random() * 10)}`;
      said[BEGUN] += 1;
      counter.inc({ kind });
      histogram.observe({ kind }, random());
      said[DONE] += 1;
    }
    await sleep(random() * 10);
  }
}

await count(end === 'outlive' ? 10 : 1 + Math.floor(random() * 5));
switch (end) {
  case 'outlive':
    process.stdout.write('ready\n');
  // Until the parent kills it.
  case 'be-killed':
    while (true) await count(1).then(() => sleep(end === 'outlive' ? 250 : 0));
  case 'kill-itself':
    process.kill(process.pid, 'SIGKILL');
    break;
  case 'close':
    store.close();
    process.exit();
  default:
    process.exit();
}
