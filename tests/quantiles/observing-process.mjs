// Observes latencies of its own kind in a summary, says when all are counted, and then waits for its end.
// Arguments: the shard directory, the backend, and JSON { process, count, median, spread }.
import { openShardStore, Summary } from '@promshard/writer';

import { latencies } from './latencies.mjs';

const [dir, backend, kind] = process.argv.slice(2);
const store = openShardStore({ dir, backend });
const summary = new Summary({
  name: 'request_seconds',
  help: 'Time of a request.',
  labelNames: ['route'],
  percentiles: [0.01, 0.25, 0.5, 0.9, 0.95, 0.99, 0.999],
  registers: [],
});
for (const [i, seconds] of latencies(JSON.parse(kind)).entries()) {
  summary.observe({ route: i % 2 === 0 ? '/even' : '/odd' }, seconds);
}
store.flush();
process.once('disconnect', () => process.exit());
process.send('counted');
