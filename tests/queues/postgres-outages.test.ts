import {
  createQueueMetrics,
  pgBossQueues,
  type QueueMetrics,
  type QueueProblem,
  readOnlyQuery,
} from '@promshard/queues';
import { setTimeout as sleep } from 'node:timers/promises';

import pg from 'pg';
import PgBoss from 'pg-boss';
import { Registry } from 'prom-client';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { runPostgres } from '../support/test-servers.js';
import { hasTool } from '../support/tools.js';
import { gauge, scrape } from './scrape.js';
import { until } from './until.js';

const UP = 'queue_broker_up{broker="pg-boss"}';
const READ_AT = 'queue_broker_last_success_timestamp_seconds{broker="pg-boss"}';
const READY = 'queue_depth{broker="pg-boss",queue="mail",state="ready"}';

describe.skipIf(!hasTool('postgres'))('a PostgreSQL in trouble (skipped where it is not installed)', () => {
  const server = runPostgres(2);
  let registry: Registry;
  let metrics: QueueMetrics;
  let problems: QueueProblem[];

  beforeAll(async () => {
    const admin = new pg.Client(server.url);
    await admin.connect();
    await admin.query(`ALTER SYSTEM SET shared_preload_libraries = 'pg_stat_statements'`);
    await admin.end();
    await server.stop();
    await server.start();
    await server.pool.query('CREATE EXTENSION pg_stat_statements');
    const boss = new PgBoss({ connectionString: server.url, supervise: false, schedule: false, max: 1 });
    boss.on('error', () => {});
    await boss.start();
    await boss.createQueue('mail');
    for (let sent = 0; sent < 3; sent += 1) await boss.send('mail', {});
    await boss.stop({ graceful: false });
  });

  function measure(options: { readonly ttlMs: number; readonly timeoutMs: number }): void {
    problems = [];
    registry = new Registry();
    const queues = [pgBossQueues({ sql: server.pool, names: ['mail'] })];
    metrics = createQueueMetrics({
      registry,
      queues,
      ...options,
      onProblem: (problem) => problems.push(problem),
    });
  }

  beforeEach(() => measure({ ttlMs: 1, timeoutMs: 300 }));

  const recovered = (): Promise<Readonly<Record<string, number>>> =>
    until(async () => {
      const samples = await scrape(registry);
      return samples[UP] === 1 ? samples : undefined;
    });

  /** What is said of queues, not of the reading. */
  const depths = (samples: Readonly<Record<string, number>>): object =>
    Object.fromEntries(Object.entries(samples).filter(([series]) => !series.startsWith('queue_broker_')));

  /** Scrapes when the time to live is over. */
  async function scrapeAnew(): Promise<Readonly<Record<string, number>>> {
    await sleep(5);
    return scrape(registry);
  }

  /** Scrapes twice while the broker cannot be read, and expects the values of before. */
  async function expectOldValues(before: Readonly<Record<string, number>>): Promise<void> {
    const asOf = Date.now() / 1000;
    for (let scrapes = 0; scrapes < 2; scrapes += 1) {
      const samples = await scrapeAnew();
      expect(samples[UP]).toBe(0);
      expect(depths(samples)).toEqual(depths(before));
      expect(samples[READ_AT]).toBeLessThan(asOf);
    }
    expect(problems.map(({ broker, resolved }) => ({ broker, resolved }))).toEqual([
      { broker: 'pg-boss', resolved: false },
    ]);
  }

  it('is asked once by a hundred scrapes, as it counts itself', async () => {
    measure({ ttlMs: 600_000, timeoutMs: 20_000 });
    await server.pool.query('SELECT pg_stat_statements_reset()');
    const expositions = await Promise.all(Array.from({ length: 100 }, () => registry.metrics()));
    expect(new Set(expositions).size).toBe(1);
    for (let again = 0; again < 20; again += 1) await registry.metrics();
    const { rows } = await server.pool.query(
      `SELECT calls::int AS calls FROM pg_stat_statements WHERE query LIKE '%.job%'`,
    );
    expect(rows).toEqual([{ calls: 1 }]);
  });

  it('is asked by nobody within the time to live, also when it does not answer', async () => {
    await recovered();
    metrics.close();
    measure({ ttlMs: 600_000, timeoutMs: 500 });
    await server.stop();
    expect(await scrape(registry)).toMatchObject({ [UP]: 0, [READ_AT]: 0 });
    await server.start();
    expect((await scrape(registry))[UP]).toBe(0);
    expect(problems).toHaveLength(1);
  });

  it('is stopped and started: scrapes go on with old values, and say how old', async () => {
    const before = await recovered();
    expect(before[READY]).toBe(3);
    await server.stop();
    await expectOldValues(before);
    await server.start();
    const after = await recovered();
    expect(after[READY]).toBe(3);
    expect(after[READ_AT]).toBeGreaterThan(before[READ_AT]!);
    expect(problems.at(-1)).toMatchObject({ broker: 'pg-boss', resolved: true });
  });

  it('is frozen and thawed: no scrape hangs', async () => {
    const before = await recovered();
    server.freeze();
    try {
      await expectOldValues(before);
      // Attempts that have not come back are not joined by ever more.
      for (let scrapes = 0; scrapes < 6; scrapes += 1) await scrapeAnew();
      expect(server.pool.totalCount + server.pool.waitingCount).toBeLessThanOrEqual(3);
    } finally {
      server.thaw();
    }
    expect((await recovered())[READY]).toBe(3);
    await until(async () =>
      server.pool.waitingCount === 0 && server.pool.idleCount === server.pool.totalCount ? true : undefined,
    );
  });

  it('has a query that hangs: the server cancels it, and the next reading is not held up', async () => {
    const before = await recovered();
    const locker = new pg.Client(server.url);
    await locker.connect();
    try {
      await locker.query('BEGIN; LOCK TABLE pgboss.job IN ACCESS EXCLUSIVE MODE');
      await expectOldValues(before);
      // By its own timeout, whoever gave up first: nobody waits any more, and the lock is still held.
      await until(async () => {
        const { rows } = await locker.query(`SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'`);
        return rows.length === 0 ? true : undefined;
      });
      await locker.query('ROLLBACK');
    } finally {
      await locker.end();
    }
    expect((await recovered())[READY]).toBe(3);
  });

  it.each(['killed', 'stopped'] as const)('is %s in the middle of a reading', async (how) => {
    measure({ ttlMs: 1, timeoutMs: 20_000 });
    const before = await recovered();
    const locker = new pg.Client(server.url);
    locker.on('error', () => {});
    await locker.connect();
    await locker.query('BEGIN; LOCK TABLE pgboss.job IN ACCESS EXCLUSIVE MODE');
    await sleep(5);
    const during = scrape(registry);
    await until(async () => {
      const { rows } = await locker.query(`SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'`);
      return rows.length > 0 ? true : undefined;
    });
    await (how === 'killed' ? server.kill() : server.stop());
    // It does not wait for the timeout: the connection has ended.
    const samples = await during;
    await server.start();
    expect(depths(samples)).toEqual(depths(before));
    // A server that ends may let go of the locker's connection first, and still answer the reading that waited for it.
    expect(problems).toHaveLength(samples[UP] === 0 ? 1 : 0);
    expect((await recovered())[READY]).toBe(3);
  });

  it('has no connection left in the pool', async () => {
    const before = await recovered();
    const taken = [await server.pool.connect(), await server.pool.connect()];
    try {
      await expectOldValues(before);
    } finally {
      for (const connection of taken) connection.release();
    }
    expect((await recovered())[READY]).toBe(3);
    await until(async () =>
      server.pool.waitingCount === 0 && server.pool.idleCount === server.pool.totalCount ? true : undefined,
    );
  });

  it('lets nothing be written, and leaves no setting behind', async () => {
    const context = { signal: new AbortController().signal, timeoutMs: 5000 };
    for (const sql of [server.pool, new pg.Client(server.url)]) {
      if (sql instanceof pg.Client) await sql.connect();
      await expect(readOnlyQuery(sql, `DELETE FROM pgboss.job RETURNING 1`, context)).rejects.toMatchObject({
        code: '25006',
      });
      expect(await readOnlyQuery(sql, `SELECT 1 AS one`, context)).toEqual([{ one: 1 }]);
      const { rows } = await sql.query(
        `SELECT current_setting('statement_timeout') AS t, current_setting('transaction_read_only') AS r`,
      );
      expect(rows).toEqual([{ t: '0', r: 'off' }]);
      if (sql instanceof pg.Client) await sql.end();
    }
  });

  it('has a clock of its own: ages are by it, and the difference is shown', async () => {
    const ahead = 500;
    registry = new Registry();
    const real = pgBossQueues({ sql: server.pool, names: ['mail'] });
    createQueueMetrics({
      registry,
      ages: true,
      timeoutMs: 20_000,
      queues: [
        {
          ...real,
          async read(context) {
            const reading = await real.read(context);
            return {
              ...reading,
              brokerTimeSeconds: reading.brokerTimeSeconds! + ahead,
              queues: reading.queues.map((queue) => ({
                ...queue,
                oldestReadySeconds: queue.oldestReadySeconds! + ahead,
              })),
            };
          },
        },
      ],
    });
    const samples = await scrape(registry);
    const { rows } = await server.pool.query<{ age: number }>(
      `SELECT extract(epoch FROM now() - min(start_after))::float8 AS age FROM pgboss.job WHERE state < 'active'`,
    );
    const age = samples['queue_oldest_ready_age_seconds{broker="pg-boss",queue="mail"}']!;
    expect(age).toBeLessThanOrEqual(rows[0]!.age);
    expect(age).toBeGreaterThan(rows[0]!.age - 60);
    const offset = (await gauge(registry, 'queue_broker_clock_offset_seconds'))['pg-boss']!;
    expect(Math.abs(offset - ahead)).toBeLessThan(20);
  });
});
