// An application as it was written for prom-client: aliased-server <express|fastify>. The primary forks three workers,
// which serve one port; {"pid","port"} says that one is up, {"pid","ended"} that it has ended.
const cluster = require('node:cluster');

async function serve(framework) {
  if (framework === 'express') {
    const express = require('express');
    const bundle = require('express-prom-bundle');
    const app = express();
    app.use(bundle({ includeMethod: true, includePath: false, customLabels: { service: 'shop' } }));
    app.get('/orders', (request, response) => response.send('orders'));
    await new Promise((resolve) => {
      const server = app.listen(0, '127.0.0.1', () => resolve(announce(server.address().port)));
    });
    return;
  }
  const app = require('fastify')();
  await app.register(require('fastify-metrics').default, { endpoint: '/metrics' });
  app.get('/orders', async () => 'orders');
  await app.listen({ port: 0, host: '127.0.0.1' });
  announce(app.server.address().port);
}

function announce(port) {
  console.log(JSON.stringify({ pid: process.pid, port }));
}

if (cluster.isPrimary) {
  for (let i = 0; i < 3; i++) cluster.fork();
  cluster.on('exit', ({ process: { pid } }) => console.log(JSON.stringify({ pid, ended: true })));
  // Ends with whoever started it, after its workers.
  process.stdin.on('end', () => {
    for (const worker of Object.values(cluster.workers)) worker.kill();
  });
  process.stdin.resume();
} else {
  void serve(process.argv[2]);
}
