import { createServer } from 'node:http';

import { collectDefaultMetrics, Counter, openShardStore } from '@promshard/writer';

// Joins the directory that PROMETHEUS_MULTIPROC_DIR names.
openShardStore();
collectDefaultMetrics();

const requests = new Counter({ name: 'shop_requests_total', help: 'Requests that were answered.' });

const server = createServer((_request, response) => {
  requests.inc();
  response.end(`answered by ${process.pid}\n`);
});

server.listen(Number(process.env['PORT'] ?? 3000), '127.0.0.1', () => process.send?.('ready'));

// PM2 stops and reloads with SIGINT. Requests in hand are answered; what was counted is in the files already.
process.once('SIGINT', () => server.close(() => process.exit()));
