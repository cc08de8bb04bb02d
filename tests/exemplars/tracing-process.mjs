// Counts with exemplars as fast as it can until it is killed; labels and value of each belong together.
// Arguments: the shard directory, the backend.
import { Counter, Histogram, Info, openShardStore, StateSet, Summary } from '@promshard/writer';

const [dir, backend] = process.argv.slice(2);
openShardStore({ dir, backend });
const base = { registers: [], enableExemplars: true };
const jobs = new Counter({ ...base, name: 'jobs_total', help: 'Jobs.', labelNames: ['kind'] });
const took = new Histogram({ ...base, name: 'took_seconds', help: 'Time.', buckets: [500], unit: 'seconds' });
new Info({ name: 'build', help: 'Build.', registers: [] }).info({ version: '1.2.3' });
new StateSet({ name: 'phase', help: 'Phase.', states: ['idle', 'busy'], registers: [] }).state('busy');
const size = new Summary({ name: 'size_bytes', help: 'Size.', percentiles: [0.5, 0.99], registers: [] });

let n = 0;
function turn() {
  for (let i = 0; i < 200; i++) {
    n++;
    const value = 1 + ((n * 7) % 1000);
    const id = String(value).repeat(32).slice(0, 32);
    jobs.inc({ labels: { kind: 'zip' }, value, exemplarLabels: { trace_id: id, span_id: id.slice(0, 16) } });
    took.observe({ value, exemplarLabels: { trace_id: id } });
    size.observe(value);
  }
  // In the second turn: by then the first one is in the files of both backends.
  if (n === 400) process.send('counting');
  setImmediate(turn);
}
process.once('disconnect', () => process.exit());
turn();
