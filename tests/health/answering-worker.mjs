// A process of its own that takes the jobs of BullMQ's queue `health`, and answers each by a job of the queue `answers`.
import { Queue, Worker } from 'bullmq';

const connection = { url: process.argv[2] };
const answers = new Queue('answers', { connection });
const worker = new Worker(
  'health',
  async ({ data }) => answers.add('answer', data, { removeOnComplete: true }),
  { connection },
);
for (const each of [answers, worker]) each.on('error', () => {});
await worker.waitUntilReady();
process.send('ready');
