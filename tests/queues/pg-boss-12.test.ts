import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

import { createQueueMetrics, pgBossQueues } from '@promshard/queues';
import { Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';

import { runPostgres } from '../support/test-servers.js';
import { hasTool } from '../support/tools.js';
import { gauge } from './scrape.js';

const NODE =
  Number.parseInt(process.versions.node, 10) >= 22 ? process.execPath : process.env['TEST_TOOLS_NODE_22'];
const PROGRAM = fileURLToPath(new URL('pg-boss-12-jobs.mjs', import.meta.url));

if (NODE === undefined && process.env['TEST_TOOLS_REQUIRED'] === '1')
  throw new Error('TEST_TOOLS_REQUIRED is 1, and TEST_TOOLS_NODE_22 names no Node.js 22.');

describe.skipIf(!hasTool('postgres') || NODE === undefined)(
  'pg-boss 12 (skipped where PostgreSQL or Node.js 22 is not installed)',
  () => {
    const server = runPostgres(1);

    it('shows jobs that wait for others as blocked, and the rest as in version 10', async () => {
      const filled = spawnSync(NODE!, [PROGRAM, server.url], { encoding: 'utf8' });
      expect([filled.status, filled.stderr]).toEqual([0, expect.any(String)]);
      const registry = new Registry();
      const names = ['mail', 'mail-dead', 'own-table'];
      createQueueMetrics({
        registry,
        timeoutMs: 20_000,
        queues: [pgBossQueues({ sql: server.pool, names, schema: 'boss12' })],
      });
      const depth = await gauge(registry, 'queue_depth');
      expect(Object.fromEntries(Object.entries(depth).filter(([, count]) => count > 0))).toEqual({
        'pg-boss/mail/ready': 1,
        'pg-boss/mail/scheduled': 1,
        'pg-boss/mail/completed': 1,
        'pg-boss/mail/failed': 1,
        'pg-boss/mail-dead/ready': 1,
        'pg-boss/own-table/blocked': 1,
        'pg-boss/own-table/failed': 1,
      });
      expect(await gauge(registry, 'queue_dead_letter_depth')).toEqual({
        'pg-boss/mail': 0,
        'pg-boss/mail-dead': 1,
        'pg-boss/own-table': 1,
      });
      const { rows } = await server.pool.query<{ since: number }>(
        `SELECT extract(epoch FROM start_after)::float8 AS since FROM boss12.job WHERE name = 'mail' AND state = 'created' AND start_after < now()`,
      );
      expect(await gauge(registry, 'queue_oldest_ready_timestamp_seconds')).toMatchObject({
        'pg-boss/mail': rows[0]!.since,
      });
      expect(await gauge(registry, 'queue_unlisted_queues')).toEqual({ 'pg-boss': 0 });
    });
  },
);
