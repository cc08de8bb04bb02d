import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { defineTopology, snapshotText } from '@promshard/tasks';
import { expect, test } from 'vitest';

import { temporaryDirectory } from '../support/temporary-directory.js';

const GUARD = fileURLToPath(new URL('../../packages/guardrails/dist/bin.js', import.meta.url));

const QUEUES = { zip: { deadLetterQueue: 'zip-dead' }, hash: { deadLetterQueue: 'hash-dead' } } as const;
const TASKS = {
  'zip-file': { queue: 'zip' },
  'hash-folder': { queue: 'hash' },
  'hash-file': { queue: 'hash' },
} as const;

test('the snapshot of a topology is what promshard-guard makes of its source', () => {
  const folder = temporaryDirectory();
  mkdirSync(join(folder, 'src'));
  writeFileSync(join(folder, 'package.json'), '{ "name": "checked", "type": "module" }');
  writeFileSync(
    join(folder, 'src/topology.ts'),
    `export const QUEUES = ${JSON.stringify(QUEUES)} as const;\nexport const TASKS = ${JSON.stringify(TASKS)} as const;\n`,
  );
  const file = 'src/topology.ts';
  const sources = [
    { kind: 'task', file, export: 'TASKS' },
    { kind: 'queue', file, export: 'QUEUES' },
    { kind: 'queue', file, export: 'QUEUES', property: 'deadLetterQueue' },
  ];
  const config = { include: ['src/**/*.ts'], taskNames: { snapshot: 'task-names.json', sources } };
  writeFileSync(join(folder, 'promshard-guard.config.json'), JSON.stringify(config));
  const guard = (...args: string[]): ReturnType<typeof spawnSync> =>
    spawnSync(process.execPath, [GUARD, 'check', ...args], { cwd: folder, encoding: 'utf8' });

  expect(guard('--update-snapshot')).toMatchObject({ status: 0 });
  const written = readFileSync(join(folder, 'task-names.json'), 'utf8');
  const topology = defineTopology({ queues: QUEUES, tasks: TASKS });
  expect(snapshotText(topology)).toBe(written);

  // And the guard takes the topology's own.
  const renamed = defineTopology({ queues: QUEUES, tasks: { ...TASKS, 'hash-files': { queue: 'hash' } } });
  writeFileSync(join(folder, 'task-names.json'), snapshotText(topology));
  expect(guard().status).toBe(0);
  writeFileSync(join(folder, 'task-names.json'), snapshotText(renamed));
  expect(guard().status).toBe(1);
});
