// clustered-server.mjs <framework> <dir>: two workers that count in shards behind one port, which is printed.
import cluster from 'node:cluster';
import { EventEmitter } from 'node:events';

import { createHttpMetrics } from '@promshard/http';
import { openShardStore } from '@promshard/writer';

import { FRAMEWORKS } from './frameworks.mjs';

// on-finished, of Express and Koa, listens on the connection for each of its pipelined requests.
EventEmitter.defaultMaxListeners = 100;

const [framework, dir] = process.argv.slice(2);
if (cluster.isPrimary) {
  const workers = [cluster.fork(), cluster.fork()];
  let listening = 0;
  for (const worker of workers)
    worker.on('listening', ({ port }) => {
      listening += 1;
      if (listening === workers.length) console.log(port);
    });
  // As a supervisor that has lost patience: what the workers have counted is there all the same.
  process.on('SIGTERM', () => {
    for (const worker of workers) worker.process.kill('SIGKILL');
    process.exit();
  });
} else {
  openShardStore({ dir });
  const server = await FRAMEWORKS[framework](createHttpMetrics());
  server.listen(0, '127.0.0.1');
}
