// Reads jobs from the standard input, a line of JSON each, and has workers do them, one at a time each. The job of a worker
// that died is done by another. Stands for any queue: what matters here is where the workers count.
import { createInterface } from 'node:readline';

import type { Job } from '../job.js';
import { createWorkerPool } from './worker-pool.js';

const pool = createWorkerPool({
  file: new URL('worker.js', import.meta.url),
  size: Number(process.env['WORKERS'] ?? 2),
  say: console.log,
});

createInterface(process.stdin)
  .on('line', (line) => pool.add(JSON.parse(line) as Job))
  .on(
    'close',
    () =>
      void pool.drain().then(({ success, failure }) => {
        console.log(`all done: ${success} well, ${failure} with an error`);
      }),
  );

for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => process.exit());
