import { collectDefaultMetrics, openShardStore } from '@promshard/writer';
import express from 'express';

import { measureRequests } from './http-metrics.js';

// Joins the directory that PROMETHEUS_MULTIPROC_DIR names.
openShardStore();
collectDefaultMetrics();

const orders = express.Router();
orders.get('/', (_request, response) => {
  response.json([]);
});
orders.get('/:id', (request, response) => {
  response.json({ id: request.params.id });
});

const app = express();
app.use(measureRequests);
app.use('/orders', orders);

const server = app.listen(Number(process.env['PORT'] ?? 3000), '127.0.0.1');

// Requests in hand are answered. What was counted is in the files already.
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => server.close(() => process.exit()));
}
