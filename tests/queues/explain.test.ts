import {
  celeryQueues,
  graphileWorkerQueues,
  pgBossQueues,
  type QueueReader,
  type SqlClient,
} from '@promshard/queues';
import { Logger, makeWorkerUtils } from 'graphile-worker';
import PgBoss from 'pg-boss';
import { describe, expect, it } from 'vitest';

import { runPostgres } from '../support/test-servers.js';
import { hasTool } from '../support/tools.js';

interface Plan {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Index Name'?: string;
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly Plans?: readonly Plan[];
}

/** How a table is read: which way, and how many rows come out of it in all. */
interface Scan {
  readonly table: string;
  readonly by: string;
  readonly rows: number;
}

describe.skipIf(!hasTool('postgres'))(
  'plans on filled tables (skipped where PostgreSQL is not installed)',
  () => {
    const server = runPostgres(2);

    /** The scans of the statement that a reader sends, as the server has run it. */
    async function scansOf(make: (sql: SqlClient) => QueueReader): Promise<readonly Scan[]> {
      let plan: Plan | undefined;
      const explaining: SqlClient = {
        async query(text) {
          // Behind the settings.
          const statement = /^SET [^;]*; SET [^;]*; ([^]*)$/.exec(text)![1]!;
          const { rows } = await server.pool.query<{ 'QUERY PLAN': [{ Plan: Plan }] }>(
            `EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, FORMAT JSON) ${statement}`,
          );
          plan = rows[0]!['QUERY PLAN'][0].Plan;
          return server.pool.query(statement);
        },
      };
      await make(explaining).read({ signal: new AbortController().signal, timeoutMs: 60_000 });
      const scans: Scan[] = [];
      const visit = (node: Plan): void => {
        const table = node['Relation Name'];
        if (table !== undefined)
          scans.push({
            table: shorten(table),
            by: shorten([node['Node Type'], node['Index Name']].filter(Boolean).join(' ')),
            rows: node['Actual Rows'] * node['Actual Loops'],
          });
        for (const child of node.Plans ?? []) visit(child);
      };
      visit(plan!);
      return scans.filter(({ rows }) => rows > 0);
    }

    it('counts what is pending in pg-boss by its index alone, and the rest by the partitions of its queues', async () => {
      const boss = new PgBoss({ connectionString: server.url, supervise: false, schedule: false, max: 1 });
      await boss.start();
      for (const queue of ['mail-dead', 'other']) await boss.createQueue(queue);
      await boss.createQueue('mail', { name: 'mail', deadLetter: 'mail-dead' });
      await boss.stop({ graceful: false });
      // A third of them in a queue that nobody asks for; of the others a tenth pending.
      await server.pool.query(
        `INSERT INTO pgboss.job (name, data, state, completed_on)
       SELECT CASE WHEN n % 3 = 0 THEN 'other' ELSE 'mail' END, jsonb_build_object('text', repeat('x', 300)),
              (CASE WHEN n % 10 = 0 THEN 'created' WHEN n % 97 = 0 THEN 'active' ELSE 'completed' END)::pgboss.job_state, now()
         FROM generate_series(1, 30000) n`,
      );
      await server.pool.query('VACUUM ANALYZE');
      const names = ['mail', 'mail-dead'];
      const jobs = (scans: readonly Scan[]): readonly Scan[] =>
        scans.filter(({ table }) => table !== 'queue');
      const pending = { table: 'j…', by: 'Index Only Scan j…_i5', rows: 2000 };
      expect(
        jobs(await scansOf((sql) => pgBossQueues({ sql, names, states: ['ready', 'scheduled', 'blocked'] }))),
      ).toEqual([pending]);
      expect(jobs(await scansOf((sql) => pgBossQueues({ sql, names })))).toEqual([
        pending,
        { table: 'j…', by: 'Seq Scan', rows: 18_000 },
      ]);
    });

    it('counts what is visible in kombu by its index, and what is not by the table', async () => {
      await server.pool.query(KOMBU_TABLES);
      await server.pool.query(
        `INSERT INTO kombu_queue (name) VALUES ('mail'), ('other');
       INSERT INTO kombu_message (visible, payload, queue_id)
       SELECT n % 20 = 0, repeat('x', 600), 1 + n % 2 FROM generate_series(1, 30000) n`,
      );
      await server.pool.query('VACUUM ANALYZE');
      const messages = (scans: readonly Scan[]): readonly Scan[] =>
        scans.filter(({ table }) => table === 'kombu_message');
      const table = 'kombu_message';
      const visible = { table, by: 'Index Scan ix_kombu_message_visible', rows: 1500 };
      const highestId = { table, by: 'Index Only Scan kombu_message_pkey', rows: 1 };
      expect(
        messages(await scansOf((sql) => celeryQueues({ sql, names: ['mail'], states: ['ready'] }))),
      ).toEqual([visible, highestId]);
      expect(
        messages(await scansOf((sql) => celeryQueues({ sql, names: ['other'], sentAtHeader: 'sent_at' }))),
      ).toEqual([
        visible,
        // None in the queue asked for: no message is read for its header.
        { table, by: 'Seq Scan', rows: 28_500 },
        highestId,
      ]);
    });

    it('reads the jobs of Graphile Worker once', async () => {
      const utils = await makeWorkerUtils({ pgPool: server.pool, logger: new Logger(() => () => {}) });
      await utils.migrate();
      await utils.addJob('resize', {});
      await utils.release();
      await server.pool.query(
        `INSERT INTO graphile_worker._private_jobs (task_id, payload, attempts)
       SELECT 1, json_build_object('text', repeat('x', 300)), CASE WHEN n % 10 = 0 THEN 25 ELSE 0 END FROM generate_series(1, 9999) n`,
      );
      await server.pool.query('VACUUM ANALYZE');
      const scans = await scansOf((sql) => graphileWorkerQueues({ sql, names: ['resize'] }));
      expect(scans.filter(({ rows }) => rows > 1)).toEqual([
        { table: '_private_jobs', by: 'Seq Scan', rows: 10_000 },
      ]);
    });
  },
);

/** pg-boss calls the partition of a queue by a hash of its name. */
function shorten(text: string): string {
  return text.replaceAll(/j[0-9a-f]{50,}/g, 'j…');
}

/** As kombu 5 makes them; `celery.test.ts` reads those that it has made itself. */
const KOMBU_TABLES = `
  CREATE TABLE kombu_queue (id serial PRIMARY KEY, name varchar(200) UNIQUE);
  CREATE TABLE kombu_message (
    id serial PRIMARY KEY, visible boolean, "timestamp" timestamp, payload text NOT NULL,
    version smallint NOT NULL DEFAULT 1, queue_id int REFERENCES kombu_queue
  );
  CREATE INDEX ix_kombu_message_visible ON kombu_message (visible);
  CREATE INDEX ix_kombu_message_timestamp ON kombu_message ("timestamp");
  CREATE INDEX ix_kombu_message_timestamp_id ON kombu_message ("timestamp", id)`;
