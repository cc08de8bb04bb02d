import { writeFile } from 'node:fs/promises';
import path from 'node:path';

import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { expect, onTestFinished, test } from 'vitest';

import { createRedis } from '../../../tests/support/broker-servers.js';
import { hasTool } from '../../../tests/support/tools.js';
import { waitFor } from './programs.js';
import { ask, scrape, startTopology, total } from './topology.js';

const PAGES = { task_name: 'render-page' };

/** The exporter's families once they stand still: a worker counts an end a moment after Redis has it. */
async function settledCounts(exporterUrl: string): ReturnType<typeof scrape> {
  let last = '';
  let same = 0;
  return waitFor('counts that stand still', async () => {
    const families = await scrape(exporterUrl);
    const now = ['task_started_total', 'task_success_total', 'task_failure_total']
      .map((name) => total(families, name))
      .join();
    same = now === last ? same + 1 : 0;
    last = now;
    return same === 10 ? families : undefined;
  });
}

test.skipIf(process.platform === 'win32' || !hasTool('redis'))(
  'counters, gauges and dead letters are what BullMQ says, through a kill and a replay (skipped where Redis is not installed)',
  async () => {
    const server = await createRedis();
    onTestFinished(() => server.remove());
    await server.start();
    const connection = new Redis(server.url, { maxRetriesPerRequest: null });
    connection.on('error', () => undefined);
    const queue = new Queue('pages', { connection });
    queue.on('error', () => undefined);
    onTestFinished(() => connection.disconnect());
    const run = await startTopology(server.url);
    const { apiUrl, exporterUrl } = run;
    const counts = (): Promise<Record<string, number>> =>
      queue.getJobCounts('wait', 'active', 'delayed', 'completed', 'failed');
    const send = async (template: string, count: number): Promise<void> => {
      for (let sent = 0; sent < count; sent += 1)
        expect((await ask(`${apiUrl}/pages`, { template })).code).toBe(202);
    };
    const ended = (jobs: number): Promise<true> =>
      waitFor(`${jobs} jobs ended`, async () => {
        const { completed = 0, failed = 0 } = await counts();
        return completed + failed === jobs || undefined;
      });

    // The data plane is up once a worker takes jobs.
    await waitFor(
      'the workers',
      async () => (await ask(`${apiUrl}/health/data-plane`)).code === 200 || undefined,
    );
    expect(await ask(`${apiUrl}/health/ready`)).toMatchObject({ code: 200, answer: { status: 'up' } });

    // Some pages have no template: every attempt fails.
    await send('imprint', 5);
    await ended(5);
    await waitFor(
      'the dead letters counted',
      async () => total(await scrape(exporterUrl), 'task_dead_lettered_total', PAGES) === 5 || undefined,
    );

    // A worker is killed while it has jobs in hand.
    await writeFile(path.join(run.templates, 'home.html'), 'It is {{date}}.');
    await Promise.all([send('home', 20), send('home', 20), send('home', 20)]);
    process.kill(run.workers()[0]!, 'SIGKILL');
    await ended(65);
    expect(await counts()).toEqual({ wait: 0, active: 0, delayed: 0, completed: 60, failed: 5 });

    // An attempt at each page, three at each hopeless one, and those that the kill cut off began twice; what Redis took in the
    // moment of the kill was not counted.
    const tasks = await settledCounts(exporterUrl);
    const succeeded = total(tasks, 'task_success_total', PAGES);
    const cutOff = total(tasks, 'task_started_total', PAGES) - succeeded - 15;
    expect(total(tasks, 'task_failure_total', PAGES)).toBe(15);
    expect(cutOff).toBeGreaterThanOrEqual(0);
    expect(cutOff).toBeLessThanOrEqual(4);
    expect(succeeded).toBeGreaterThanOrEqual(60 - cutOff);
    expect(succeeded).toBeLessThanOrEqual(60);
    expect(total(tasks, 'worker_exits_total', { reason: 'killed' })).toBe(1);
    const api = await scrape(apiUrl);
    expect(total(api, 'queue_depth', { queue: 'pages', state: 'completed' })).toBe(60);
    expect(total(api, 'queue_dead_letter_depth', { queue: 'pages' })).toBe(5);
    expect(total(api, 'http_requests_total', { route: '/pages', status_class: '2xx' })).toBe(65);
    expect(api.filter(({ name }) => /^(tasks?|worker)_/.test(name))).toEqual([]);
    expect(tasks.filter(({ name }) => /^(queue|http)_/.test(name))).toEqual([]);

    // The dead letters show no payload. With the template provided, their replay succeeds.
    const listing = await ask(`${apiUrl}/dead-letters`);
    expect(listing.answer['letters']).toHaveLength(5);
    expect(JSON.stringify(listing)).not.toContain('imprint');
    await writeFile(path.join(run.templates, 'imprint.html'), 'Ada Lovelace, Example Street 1');
    const replay = await ask(`${apiUrl}/dead-letters/replay`, { ratePerSecond: 100 });
    expect(replay).toMatchObject({ code: 200, answer: { ended: 'complete', found: 5, done: 5 } });
    await waitFor('all jobs completed', async () => (await counts())['completed'] === 65 || undefined);
    expect(total(await settledCounts(exporterUrl), 'task_success_total', PAGES)).toBe(succeeded + 5);
    const after = await scrape(apiUrl);
    expect(total(after, 'queue_dead_letters_replayed_total')).toBe(5);
    expect(total(after, 'queue_dead_letter_depth', { queue: 'pages' })).toBe(0);

    // Without Redis, scrapes go on and say so; when it is back, all is well again.
    await server.stop();
    await waitFor('not ready', async () => (await ask(`${apiUrl}/health/ready`)).code === 503 || undefined);
    await waitFor(
      'the broker down',
      async () => total(await scrape(apiUrl), 'queue_broker_up') === 0 || undefined,
    );
    expect(total(await scrape(exporterUrl), 'task_success_total', PAGES)).toBe(succeeded + 5);
    await server.start();
    await waitFor('ready', async () => (await ask(`${apiUrl}/health/ready`)).code === 200 || undefined);
    await send('home', 3);
    await ended(68);
  },
);
