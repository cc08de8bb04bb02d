// An HTTP server whose metrics are those of a published middleware, which knows prom-client alone; mirrored into shards. Prints
// its URL, and ends on SIGTERM as a service does.
// node mirrored-server.mjs <directory>
import { mirrorRegistry, openShardStore } from '@promshard/writer';
import express from 'express';
import promBundle from 'express-prom-bundle';
import { register } from 'prom-client';

const store = openShardStore({ dir: process.argv[2], onProblem: () => {} });
const mirror = mirrorRegistry(register, { intervalMs: 50 });

const app = express();
app.use(promBundle({ includeMethod: true, includePath: true, buckets: [0.1, 1] }));
app.get('/users/:name', (request, response) => {
  response.status(request.params.name === 'nobody' ? 404 : 200).send('hello');
});
const server = app.listen(0, '127.0.0.1', () => {
  process.stdout.write(`http://127.0.0.1:${server.address().port}\n`);
});

async function stop() {
  await mirror.close();
  store.close();
  process.exit();
}
process.once('SIGTERM', () => void stop());
