import { createCollectors, postgresPool, processMetrics, serviceInfo } from '@promshard/collectors';
import { createHttpMetrics } from '@promshard/http';
import { createQueueMetrics, pgBossQueues } from '@promshard/queues';
import { deadLetters, pgBossDeadLetters } from '@promshard/queues/dead-letters';
import pg from 'pg';
import { Registry } from 'prom-client';

import { brokerAddress, connectBroker } from '../broker/connect.js';
import { runProgram } from '../process/run-program.js';
import { DEAD_LETTER_QUEUE, TOPOLOGY } from '../topology.js';
import { createApiHealth } from './api-health.js';
import { countAccepted } from './count-accepted.js';
import { createApiServer } from './server.js';

await runProgram('api', async () => {
  const address = brokerAddress(process.env);
  const boss = await connectBroker(address, 'api');
  const pool = new pg.Pool({ connectionString: address.databaseUrl, max: 2, connectionTimeoutMillis: 5000 });
  // A lost connection is opened again by the next query; without a listener it would end the process.
  pool.on('error', (error) => console.error(`broker: ${error.message}`));

  // The API's own. The registry that prom-client shares by default is not used: what a library may have put there is not the
  // API's to say.
  const registry = new Registry();
  const collectors = createCollectors({
    registry,
    collectors: [
      serviceInfo({ service: 'worker-topology-api', version: '0.0.0' }),
      processMetrics(),
      postgresPool(pool, { name: 'broker' }),
    ],
  });
  createQueueMetrics({
    registry,
    ttlMs: Number(process.env['QUEUE_TTL_MS'] ?? 5000),
    queues: [pgBossQueues({ sql: pool, schema: address.schema, names: TOPOLOGY.queueNames })],
  });

  const server = await createApiServer({
    registry,
    httpMetrics: createHttpMetrics({ registry }),
    health: createApiHealth(boss, pool),
    deadLetters: deadLetters(pgBossDeadLetters({ boss, pool, schema: address.schema }), {
      registry,
      queues: [DEAD_LETTER_QUEUE],
    }),
    countAccepted: countAccepted(registry),
    async sendJob(queue, data) {
      const id = await boss.send(queue, data);
      if (id === null) throw new Error(`The broker did not take a job for ${queue}.`);
      return id;
    },
  });

  const host = process.env['API_HOST'] ?? '127.0.0.1';
  const port = Number(process.env['API_PORT'] ?? 0);
  return {
    details: { url: await server.listen({ host, port }) },
    async stop() {
      await server.close();
      collectors.close();
      await pool.end();
      await boss.stop({ graceful: false });
    },
  };
});
