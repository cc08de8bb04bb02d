import { expect, test } from 'vitest';

import { parseCommandLine } from './command-line.js';

const PG_BOSS = { broker: 'pg-boss', urlVariable: 'DATABASE_URL', format: 'plain', newestAt: 'left' };

test.each([
  [['--help'], { kind: 'help' }],
  [['--version'], { kind: 'version' }],
  [
    ['list', '--broker', 'pg-boss'],
    { kind: 'list', source: PG_BOSS, selection: {}, payloads: false, json: false },
  ],
  [
    [
      'replay',
      '--broker',
      'bullmq',
      '--queue',
      'q',
      '--id',
      '1',
      '--id',
      '2',
      '--rate',
      '0.5',
      '--url-env',
      'BROKER',
    ],
    {
      kind: 'replay',
      source: { broker: 'bullmq', urlVariable: 'BROKER', queue: 'q' },
      selection: { ids: ['1', '2'] },
      ratePerSecond: 0.5,
      dryRun: false,
    },
  ],
  [
    ['drop', '--broker', 'redis', '--queue', 'q', '--limit', '7', '--yes', '--format', 'celery'],
    {
      kind: 'drop',
      source: { broker: 'redis', urlVariable: 'REDIS_URL', format: 'celery' },
      selection: { limit: 7 },
    },
  ],
  [['drop', '--broker', 'pg-boss', '--dry-run'], { kind: 'drop', dryRun: true }],
])('reads %j', (args, command) => {
  expect(parseCommandLine(args)).toMatchObject(command);
});

test.each([
  [[]],
  [['requeue', '--broker', 'pg-boss']],
  [['list']],
  [['list', '--broker', 'rabbitmq']],
  [['list', 'more', '--broker', 'pg-boss']],
  [['list', '--broker', 'bullmq']],
  [['list', '--broker', 'pg-boss', '--rate', '5']],
  [['list', '--broker', 'pg-boss', '--prefix', 'bull']],
  [['drop', '--broker', 'pg-boss', '--to', 'mails', '--yes']],
  [['list', '--broker', 'redis', '--queue', 'q', '--to', 'mails']],
  [['replay', '--broker', 'redis', '--queue', 'q']],
  [['replay', '--broker', 'pg-boss', '--rate', '0']],
  [['replay', '--broker', 'pg-boss', '--limit', '0']],
  [['replay', '--broker', 'pg-boss', '--yes']],
  [['replay', '--broker', 'pg-boss', '--payloads']],
  [['drop', '--broker', 'pg-boss']],
  [['drop', '--broker', 'redis', '--queue', 'q', '--yes', '--newest-at', 'top']],
])('refuses %j', (args) => {
  expect(parseCommandLine(args)).toMatchObject({ kind: 'misuse' });
});
