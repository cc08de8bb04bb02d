// Fills queues of pg-boss 12, which needs Node.js 22: one job done, one failed for good, one for later, one that waits
// for another, and one that is ready.
import { PgBoss } from 'pg-boss-12';

const boss = new PgBoss({
  connectionString: process.argv[2],
  schema: 'boss12',
  supervise: false,
  schedule: false,
  max: 1,
});
await boss.start();
await boss.createQueue('mail-dead');
await boss.createQueue('mail', { deadLetter: 'mail-dead', retryLimit: 0 });
// A table of its own, as every queue has in version 10.
await boss.createQueue('own-table', { partition: true, retryLimit: 0 });

await boss.send('mail', {});
await boss.send('mail', {});
await boss.send('own-table', {});
const [done, bad] = await boss.fetch('mail', { batchSize: 2 });
await boss.complete('mail', done.id);
await boss.fail('mail', bad.id);
const [alsoBad] = await boss.fetch('own-table');
await boss.fail('own-table', alsoBad.id);
await boss.send('mail', {}, { startAfter: 3600 });
await boss.flow([
  { ref: 'first', name: 'mail', data: {} },
  { ref: 'second', name: 'own-table', data: {}, dependsOn: ['first'] },
]);
await boss.stop({ graceful: false });
