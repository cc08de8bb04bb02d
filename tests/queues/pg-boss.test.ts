import { createQueueMetrics, pgBossQueues } from '@promshard/queues';
import PgBoss from 'pg-boss';
import { Registry } from 'prom-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { runPostgres } from '../support/test-servers.js';
import { hasTool } from '../support/tools.js';
import { gauge } from './scrape.js';

// Not with a backslash: pg-boss itself stumbles over it.
const HOSTILE = `x"} 1\n# '' $1 || drop, state:ready \u{1F4A5}`;
const NAMES = ['emails', 'emails-dead', 'reports', HOSTILE, 'not-made-yet'];

interface Job {
  readonly name: string;
  readonly state: string;
  readonly start_after: number;
  readonly created_on: number;
  readonly completed_on: number;
}

describe.skipIf(!hasTool('postgres'))('pg-boss queues (skipped where PostgreSQL is not installed)', () => {
  const server = runPostgres(4);
  let boss: PgBoss;

  beforeAll(async () => {
    boss = new PgBoss({ connectionString: server.url, supervise: false, schedule: false, max: 2 });
    await boss.start();
    await boss.createQueue('emails-dead');
    await boss.createQueue('emails', { name: 'emails', deadLetter: 'emails-dead', retryLimit: 0 });
    await boss.createQueue('reports', { name: 'reports', retryLimit: 0 });
    await boss.createQueue(HOSTILE);
    for (const tenant of [1, 2, 3]) await boss.createQueue(`tenant-${tenant}`);
  });

  afterAll(() => boss?.stop({ graceful: false }));

  /** What the tables say, put together here from single rows. */
  async function jobs(): Promise<readonly Job[]> {
    const { rows } = await server.pool.query<Job>(
      `SELECT name, CASE WHEN state IN ('created', 'retry') THEN CASE WHEN start_after < now() THEN 'ready' ELSE 'scheduled' END ELSE state::text END AS state,
              extract(epoch FROM start_after)::float8 AS start_after, extract(epoch FROM created_on)::float8 AS created_on,
              extract(epoch FROM completed_on)::float8 AS completed_on FROM pgboss.job`,
    );
    return rows;
  }

  it('shows what the tables say, by queue and state', async () => {
    for (let sent = 0; sent < 6; sent += 1) await boss.send('emails', {});
    for (let sent = 0; sent < 2; sent += 1) await boss.send('emails', {}, { startAfter: 3600 });
    await boss.send(HOSTILE, {});
    for (let sent = 0; sent < 5; sent += 1) await boss.send('reports', {});
    for (let sent = 0; sent < 3; sent += 1) await boss.send('tenant-1', {});
    const emails = await boss.fetch('emails', { batchSize: 3 });
    await boss.fail('emails', [emails[0]!.id, emails[1]!.id]);
    const reports = await boss.fetch('reports', { batchSize: 3 });
    await boss.complete('reports', reports[0]!.id);
    await boss.fail('reports', reports[1]!.id);
    await boss.cancel('reports', reports[2]!.id);

    const registry = new Registry();
    createQueueMetrics({
      registry,
      queues: [pgBossQueues({ sql: server.pool, names: NAMES })],
      timeoutMs: 20_000,
    });

    const all = await jobs();
    const states = ['ready', 'scheduled', 'blocked', 'active', 'completed', 'cancelled', 'failed'];
    const count = (name: string, state: string): number =>
      all.filter((job) => job.name === name && job.state === state).length;
    expect(await gauge(registry, 'queue_depth')).toEqual(
      Object.fromEntries(
        NAMES.flatMap((name) => states.map((state) => [`pg-boss/${name}/${state}`, count(name, state)])),
      ),
    );
    expect(count('emails', 'active') + count('emails-dead', 'ready')).toBe(3);

    const oldest = (of: readonly Job[], time: 'start_after' | 'created_on' | 'completed_on'): number =>
      Math.min(...of.map((job) => job[time]));
    const ready = (name: string): readonly Job[] =>
      all.filter((job) => job.name === name && job.state === 'ready');
    expect(await gauge(registry, 'queue_oldest_ready_timestamp_seconds')).toEqual(
      Object.fromEntries(
        ['emails', 'emails-dead', 'reports', HOSTILE].map((name) => [
          `pg-boss/${name}`,
          oldest(ready(name), 'start_after'),
        ]),
      ),
    );
    // Failed jobs of a queue with a dead-letter queue lie there, and are not counted twice.
    expect(await gauge(registry, 'queue_dead_letter_depth')).toEqual({
      'pg-boss/emails': 0,
      'pg-boss/emails-dead': 2,
      'pg-boss/reports': 1,
      [`pg-boss/${HOSTILE}`]: 0,
      'pg-boss/not-made-yet': 0,
    });
    expect(await gauge(registry, 'queue_dead_letter_oldest_timestamp_seconds')).toEqual({
      'pg-boss/emails-dead': oldest(ready('emails-dead'), 'created_on'),
      'pg-boss/reports': oldest(
        all.filter(({ name, state }) => name === 'reports' && state === 'failed'),
        'completed_on',
      ),
    });
    expect(await gauge(registry, 'queue_unlisted_queues')).toEqual({ 'pg-boss': 3 });
    expect(await gauge(registry, 'queue_broker_up')).toEqual({ 'pg-boss': 1 });
  });

  it('has numbers of one moment while workers are busy: no job is counted twice or left out', async () => {
    const total = 400;
    await boss.createQueue('busy');
    await boss.insert(Array.from({ length: total }, () => ({ name: 'busy' })));
    const registry = new Registry();
    createQueueMetrics({
      registry,
      queues: [pgBossQueues({ sql: server.pool, names: ['busy'] })],
      ttlMs: 1,
      timeoutMs: 20_000,
    });
    let working = true;
    const work = (async () => {
      for (;;) {
        const batch = await boss.fetch('busy', { batchSize: 5 });
        if (batch.length === 0) break;
        await boss.complete(
          'busy',
          batch.map(({ id }) => id),
        );
      }
      working = false;
    })();
    const seen = new Set<number>();
    let readings = 0;
    while (working) {
      const depth = await gauge(registry, 'queue_depth');
      seen.add(Object.values(depth).reduce((sum, each) => sum + each, 0));
      readings += 1;
    }
    await work;
    expect(readings).toBeGreaterThan(5);
    expect([...seen]).toEqual([total]);
  });

  it('counts only the states that are asked for', async () => {
    const registry = new Registry();
    const queues = [
      pgBossQueues({ sql: server.pool, names: ['emails'], states: ['ready', 'scheduled', 'blocked'] }),
    ];
    createQueueMetrics({ registry, queues, timeoutMs: 20_000 });
    expect(await gauge(registry, 'queue_depth')).toEqual({
      'pg-boss/emails/ready': 3,
      'pg-boss/emails/scheduled': 2,
      'pg-boss/emails/blocked': 0,
    });
    expect(await gauge(registry, 'queue_dead_letter_depth')).toEqual({});
  });
});
