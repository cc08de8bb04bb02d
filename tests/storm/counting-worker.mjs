// Counts as fast as it can, and acknowledges each count in a mapped file of its own, which survives it as its shards
// do. Arguments: the shard directory, the file of acknowledgements.
import { openSync } from 'node:fs';

import { loadNative } from '@promshard/native';
import { Counter, Histogram, openShardStore } from '@promshard/writer';

const [dir, ackFile] = process.argv.slice(2);
const { addon } = loadNative();
const fd = openSync(ackFile, 'w+');
addon.allocate(fd, 0, 4096);
const acknowledged = new Float64Array(addon.mapFile(fd, 4096));

openShardStore({ dir, backend: 'mmap' });
const counter = new Counter({ name: 'storm_total', help: 'Counted.', labelNames: ['parity'], registers: [] });
const histogram = new Histogram({ name: 'storm_seconds', help: 'Observed.', buckets: [0.5], registers: [] });
const children = [counter.labels('even'), counter.labels('odd')];
process.once('disconnect', () => process.exit());

function countForAWhile() {
  for (let i = 0; i < 20_000; i++) {
    children[i & 1].inc();
    acknowledged[0] += 1;
    histogram.observe(i & 1);
    acknowledged[1] += 1;
  }
  setImmediate(countForAWhile);
}
countForAWhile();
