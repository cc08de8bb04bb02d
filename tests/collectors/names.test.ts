import { spawnSync } from 'node:child_process';

import { postgresPool, processMetrics, redis, serviceInfo, workerPool } from '@promshard/collectors';
import { expect, test } from 'vitest';

import { hasTool, toolPath } from '../support/tools.js';
import { collecting, untilValue } from './scrape.js';

test.skipIf(!hasTool('promtool'))(
  'promtool finds no fault with names, units and types (skipped where promtool is not installed)',
  async () => {
    const connection = { query: () => Promise.resolve(), release() {} };
    const pool = {
      totalCount: 1,
      idleCount: 1,
      waitingCount: 0,
      options: { max: 1 },
      connect: () => Promise.resolve(connection),
    };
    const registry = collecting(
      serviceInfo({ service: 'shop', version: '1.2.3' }),
      processMetrics(),
      redis({ ping: () => Promise.resolve('PONG') }, { name: 'cache' }),
      postgresPool(pool, { name: 'main' }),
      workerPool({ name: 'threads', workers: () => 4 }),
    );
    await untilValue(registry, 'redis_up{name="cache"}', 1);
    await untilValue(registry, 'postgres_pool_up{name="main"}', 1);
    const input = (await registry.metrics()).replaceAll(/\n+/g, '\n');
    const { status, stdout, stderr } = spawnSync(toolPath('promtool'), ['check', 'metrics'], {
      input,
      encoding: 'utf8',
    });
    expect({ status, said: stdout + stderr }).toEqual({ status: 0, said: '' });
  },
);
