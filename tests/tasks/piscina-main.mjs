// A process with a pool of threads: runs what the test sends, and says what the pool said.
import { createTaskMetrics } from '@promshard/tasks';
import { instrumentPool, poolOptions } from '@promshard/tasks/piscina';
import { openShardStore } from '@promshard/writer';
import { Piscina } from 'piscina';

import { HOSTILE_KINDS } from './hostile-errors.mjs';
import { topology } from './topology.mjs';

const store = openShardStore();
const metrics = createTaskMetrics({ topology, store });
const filename = new URL('piscina-threads.mjs', import.meta.url).href;
const piscina = new Piscina({ filename, ...poolOptions(topology, 'files') });
piscina.on('error', () => {});
const pool = instrumentPool(piscina, metrics);

const told = {};
async function run(task, data, options) {
  const ledger = (told[task] ??= { fulfilled: 0, rejected: 0 });
  await pool.run(task, data, options).then(
    () => (ledger.fulfilled += 1),
    () => (ledger.rejected += 1),
  );
}

async function beAt(flag, times) {
  const view = new Int32Array(flag);
  for (let at = Atomics.load(view, 0); at < times; at = Atomics.load(view, 0)) {
    const { async, value } = Atomics.waitAsync(view, 0, at);
    if (async) await value;
  }
}

const times = (count, make) => Array.from({ length: count }, (_, index) => make(index));
await Promise.all([
  ...times(40, (result) => run('fine', { result })),
  ...times(6, () => run('broken')),
  ...HOSTILE_KINDS.map((kind) => run('hostile', { kind })),
]);
await run('late');
await run('permanent');
// Refused, as is what is no task.
await run('user-4711@example.com');

// Four fill the threads and are aborted there; three more are aborted while they wait.
const abort = new AbortController();
const flag = new SharedArrayBuffer(4);
const hanging = times(7, () => run('hanging', { flag }, { signal: abort.signal }));
await beAt(flag, 4);
abort.abort();
await Promise.all(hanging);
process.send({ kind: 'told', told });
// Four more, with which the process is killed.
const last = new SharedArrayBuffer(4);
void Promise.all(times(4, () => run('hanging', { flag: last })));
await beAt(last, 4);
process.send({ kind: 'ready' });
