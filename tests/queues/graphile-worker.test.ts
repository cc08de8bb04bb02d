import { createQueueMetrics, graphileWorkerQueues } from '@promshard/queues';
import { Logger, makeWorkerUtils, runOnce, type WorkerUtils } from 'graphile-worker';
import pg from 'pg';
import { Registry } from 'prom-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { runPostgres } from '../support/test-servers.js';
import { hasTool } from '../support/tools.js';
import { gauge } from './scrape.js';

const NAMES = ['resize', 'mail', 'import'];
const quiet = new Logger(() => () => {});

describe.skipIf(!hasTool('postgres'))('Graphile Worker (skipped where PostgreSQL is not installed)', () => {
  const server = runPostgres(6);
  let utils: WorkerUtils;

  beforeAll(async () => {
    utils = await makeWorkerUtils({ pgPool: server.pool, logger: quiet });
    await utils.migrate();
  });

  afterAll(() => utils?.release());

  it('shows what the tables say while jobs run, wait for each other and have failed', async () => {
    const later = new Date(Date.now() + 3_600_000);
    for (let sent = 0; sent < 4; sent += 1)
      await utils.addJob('mail', {}, { runAt: new Date(Date.now() - 60_000) });
    await utils.addJob('mail', {}, { runAt: later });
    // Two of one named queue: while one runs, the other cannot.
    for (let sent = 0; sent < 2; sent += 1) await utils.addJob('import', {}, { queueName: 'user-1' });
    await utils.addJob('unlisted', {});
    const before = Date.now() / 1000;
    for (let sent = 0; sent < 3; sent += 1) await utils.addJob('resize', {}, { maxAttempts: 1 });
    await runOnce({
      pgPool: server.pool,
      logger: quiet,
      taskList: { resize: () => Promise.reject(new Error('cannot')) },
    });
    const after = Date.now() / 1000;

    const registry = new Registry();
    const names = [...NAMES, 'never-sent'];
    createQueueMetrics({
      registry,
      queues: [graphileWorkerQueues({ sql: server.pool, names })],
      ttlMs: 1,
      timeoutMs: 20_000,
    });
    let during: Readonly<Record<string, number>> = {};
    await runOnce({
      pgPool: server.pool,
      logger: quiet,
      concurrency: 1,
      taskList: {
        import: async () => {
          if (Object.keys(during).length === 0) during = await gauge(registry, 'queue_depth');
        },
      },
    });

    expect(during).toEqual({
      'graphile-worker/resize/ready': 0,
      'graphile-worker/resize/scheduled': 0,
      'graphile-worker/resize/blocked': 0,
      'graphile-worker/resize/active': 0,
      'graphile-worker/resize/failed': 3,
      'graphile-worker/mail/ready': 4,
      'graphile-worker/mail/scheduled': 1,
      'graphile-worker/mail/blocked': 0,
      'graphile-worker/mail/active': 0,
      'graphile-worker/mail/failed': 0,
      'graphile-worker/import/ready': 0,
      'graphile-worker/import/scheduled': 0,
      'graphile-worker/import/blocked': 1,
      'graphile-worker/import/active': 1,
      'graphile-worker/import/failed': 0,
      'graphile-worker/never-sent/ready': 0,
      'graphile-worker/never-sent/scheduled': 0,
      'graphile-worker/never-sent/blocked': 0,
      'graphile-worker/never-sent/active': 0,
      'graphile-worker/never-sent/failed': 0,
    });
    const { rows } = await server.pool.query<{ since: number }>(
      `SELECT extract(epoch FROM min(run_at))::float8 AS since FROM graphile_worker.jobs WHERE task_identifier = 'mail'`,
    );
    expect(await gauge(registry, 'queue_oldest_ready_timestamp_seconds')).toEqual({
      'graphile-worker/mail': rows[0]!.since,
    });
    const dead = await gauge(registry, 'queue_dead_letter_oldest_timestamp_seconds');
    expect(Object.keys(dead)).toEqual(['graphile-worker/resize']);
    expect(dead['graphile-worker/resize']).toBeGreaterThan(before);
    expect(dead['graphile-worker/resize']).toBeLessThan(after);
    expect(await gauge(registry, 'queue_unlisted_queues')).toEqual({ 'graphile-worker': 1 });
  });

  it('reads the same as a role that may only read, which row-level security would show empty tables', async () => {
    await server.pool.query(
      `CREATE ROLE reader LOGIN; GRANT USAGE ON SCHEMA graphile_worker TO reader; GRANT SELECT ON graphile_worker.jobs TO reader`,
    );
    const url = new URL(server.url);
    url.username = 'reader';
    const reader = new pg.Pool({ connectionString: url.href, max: 1 });
    try {
      const depths = await Promise.all(
        [server.pool, reader].map(async (sql) => {
          const registry = new Registry();
          createQueueMetrics({
            registry,
            queues: [graphileWorkerQueues({ sql, names: NAMES })],
            timeoutMs: 20_000,
          });
          return gauge(registry, 'queue_depth');
        }),
      );
      expect(depths[1]).toEqual(depths[0]);
      expect(depths[1]).toMatchObject({ 'graphile-worker/mail/ready': 4 });
    } finally {
      await reader.end();
    }
  });
});
