import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { checkProject } from '../src/check-project.js';
import { parseConfig } from '../src/settings/parse-config.js';
import { type FixtureFiles, findIn, fixtureProject } from './fixture-project.js';

const RULE = {
  taskNames: {
    snapshot: 'task-names.json',
    sources: [
      { kind: 'task', file: 'src/topology.ts', export: 'TASKS' },
      { kind: 'queue', file: 'src/topology.ts', export: 'QUEUES', property: 'name' },
      { kind: 'handler', file: 'src/*.ts', call: 'work' },
    ],
  },
};

const files = (snapshot: object): FixtureFiles => ({
  'src/topology.ts': `
    export const TASKS = ['resize', 'zip'] as const;
    const FIRST = { name: 'images', limit: 2 };
    export const QUEUES = [FIRST, { ...FIRST, name: 'archives' }] satisfies object[];
  `,
  'src/work.ts': `boss.work('images', async () => {});\nboss.work(\`archives\`, { size: 2 }, async () => {});\n`,
  'task-names.json': JSON.stringify(snapshot),
});

const ALL = { task: ['resize', 'zip'], queue: ['archives', 'images'], handler: ['archives', 'images'] };

describe('names against the snapshot', () => {
  test('pass when they are the same', async () => {
    expect(await findIn(files(ALL), RULE)).toEqual([]);
  });

  test('are found when one is gone, at the snapshot', async () => {
    expect(await findIn(files({ ...ALL, task: ['resize', 'unzip', 'zip'] }), RULE)).toEqual([
      'error task-names/name-removed task-names.json:1:1',
    ]);
  });

  test('are found when one is new, where it is written', async () => {
    expect(await findIn(files({ ...ALL, task: ['resize'] }), RULE)).toEqual([
      'error task-names/name-added src/topology.ts:2:37',
    ]);
  });

  test('need a snapshot', async () => {
    const { 'task-names.json': _, ...rest } = files(ALL);
    expect(await findIn(rest, RULE)).toEqual(['error task-names/no-snapshot task-names.json:1:1']);
  });
});

test('a name that is computed is found, and a source without names', async () => {
  const found = await findIn(
    {
      ...files(ALL),
      'src/topology.ts': 'export const TASKS = [prefix + name];',
      'src/work.ts': 'work(name);',
    },
    RULE,
  );
  expect(found).toEqual([
    'error task-names/no-names src/topology.ts:1:1',
    'error task-names/computed-name src/topology.ts:1:22',
    'error task-names/computed-name src/work.ts:1:6',
  ]);
});

test('--update-snapshot writes what is registered', async () => {
  const root = fixtureProject(files({}));
  const loaded = { config: parseConfig('the fixture', RULE), root };
  expect((await checkProject(loaded, { updateSnapshot: true })).findings).toEqual([]);
  expect(JSON.parse(readFileSync(join(root, 'task-names.json'), 'utf8'))).toEqual(ALL);
  expect((await checkProject(loaded)).findings).toEqual([]);
});

test('a damaged snapshot is an error', async () => {
  await expect(findIn({ ...files(ALL), 'task-names.json': '[' }, RULE)).rejects.toMatchObject({
    code: 'config-invalid',
  });
});
