// Measures itself, uses 0.15 s of processor time, and waits to be killed.
// node measured-process.mjs <directory>
import { collectDefaultMetrics, openShardStore } from '@promshard/writer';

const store = openShardStore({ dir: process.argv[2], collectIntervalMs: 20 });
collectDefaultMetrics();
const { user } = process.cpuUsage();
while (process.cpuUsage().user - user < 150_000);
// Enough turns of the event loop for its delays to have been measured, however busy the machine is.
for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setTimeout(resolve, 20));
await store.sample();
store.flush();
process.stdout.write('measured\n');
setInterval(() => {}, 1000);
