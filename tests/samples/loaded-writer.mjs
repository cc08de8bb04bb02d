// Counts as fast as it can, as a process or as a thread, and says in a file what it is about to count and what it has
// counted. Arguments or workerData: the shard directory, the backend, the file, its place in it.
import { openSync, writeSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';

import { Counter, Gauge, Histogram, openShardStore } from '@promshard/writer';

const [dir, backend, marksFile, place] = workerData ?? process.argv.slice(2);
const store = openShardStore({ dir, backend });
const options = { help: 'Under load.', registers: [] };
const counter = new Counter({ ...options, name: 'load_total' });
const histogram = new Histogram({ ...options, name: 'load_size', buckets: [1, 2, 3] });
const pattern = new Gauge({ ...options, name: 'load_pattern', multiprocessMode: 'all' });

// Numbers of which each byte differs from the others' bytes: of two of them no third one can be put together.
const patterns = new Float64Array(Uint8Array.from({ length: 64 }, (_, i) => 0x11 * (1 + (i >> 3))).buffer);
const marks = openSync(marksFile, 'r+');
const numbers = new Float64Array(1);
const bytes = new Uint8Array(numbers.buffer);
let counted = 0;

function mark(which) {
  numbers[0] = counted;
  writeSync(marks, bytes, 0, 8, 16 * Number(place) + which);
}

function burst() {
  counted += 200;
  mark(0);
  for (let i = 0; i < 200; i++) {
    counter.inc();
    histogram.observe(i & 3);
    for (const value of patterns) pattern.set(value);
  }
  if (backend === 'pwrite') store.flush();
  mark(8);
  setImmediate(burst);
}
burst();
if (parentPort === null) process.once('disconnect', () => process.exit());
