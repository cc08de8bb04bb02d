import { brokerAddress, connectBroker } from '../broker/connect.js';
import { readQueues } from '../broker/read-queues.js';
import { runProgram } from '../process/run-program.js';
import { createApiMetrics } from './metrics.js';
import { createApiServer } from './server.js';

await runProgram('api', async () => {
  const address = brokerAddress(process.env);
  const boss = await connectBroker(address, 'api');
  const server = createApiServer({
    metrics: createApiMetrics(() => readQueues(boss.getDb(), address.schema)),
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
      await boss.stop({ graceful: false });
    },
  };
});
