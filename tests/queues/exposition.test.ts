import { spawnSync } from 'node:child_process';

import { createQueueMetrics } from '@promshard/queues';
import { Registry } from 'prom-client';
import { expect, it } from 'vitest';

import { hasTool, toolPath } from '../support/tools.js';

it.skipIf(!hasTool('promtool'))(
  'promtool finds nothing to improve in names and helps (skipped where promtool is not installed)',
  async () => {
    const registry = new Registry();
    const queue = 'a"\n\\';
    createQueueMetrics({
      registry,
      ages: true,
      queues: [
        {
          broker: 'b',
          names: [queue],
          states: ['ready', 'failed'],
          read: async () => ({
            brokerTimeSeconds: 1_700_000_100,
            unlistedQueues: 2,
            queues: [
              {
                queue,
                depth: { ready: 3 },
                oldestReadySeconds: 1_700_000_000.5,
                deadLetters: { depth: 1, oldestSeconds: 1_600_000_000 },
              },
            ],
          }),
        },
      ],
    });
    const input = await registry.metrics();
    expect(input.match(/^queue_\w+\{/gm)).toHaveLength(12);
    const { status, stderr } = spawnSync(toolPath('promtool'), ['check', 'metrics'], {
      input,
      encoding: 'utf8',
    });
    expect([status, stderr]).toEqual([0, '']);
  },
);
