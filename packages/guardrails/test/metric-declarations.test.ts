import { describe, expect, test } from 'vitest';

import { type FixtureFiles, findIn } from './fixture-project.js';

const files = (text: string): FixtureFiles => ({
  'src/metrics.ts': `import { Counter, Gauge, Histogram } from 'prom-client';\n${text}\n`,
});

test.each([
  [
    'total-suffix',
    `new Counter({ name: 'jobs', help: 'x' });`,
    `new Counter({ name: 'jobs_total', help: 'x' });`,
  ],
  [
    'total-suffix',
    `new Gauge({ name: 'jobs_total', help: 'x' });`,
    `new Gauge({ name: 'jobs', help: 'x' });`,
  ],
  [
    'unit',
    `new Histogram({ name: 'wait_milliseconds', help: 'x' });`,
    `new Histogram({ name: 'wait_seconds', help: 'x' });`,
  ],
  [
    'unit-abbreviated',
    `new Histogram({ name: 'wait_ms', help: 'x' });`,
    `new Histogram({ name: 'wait_seconds', help: 'x' });`,
  ],
  [
    'camel-case',
    `new Gauge({ name: 'queueDepth', help: 'x' });`,
    `new Gauge({ name: 'queue_depth', help: 'x' });`,
  ],
  [
    'colon',
    `new Gauge({ name: 'queue:depth', help: 'x' });`,
    `new Gauge({ name: 'queue_depth', help: 'x' });`,
  ],
  [
    'type-in-name',
    `new Gauge({ name: 'queue_gauge', help: 'x' });`,
    `new Gauge({ name: 'queue_depth', help: 'x' });`,
  ],
  [
    'reserved-suffix',
    `new Gauge({ name: 'queue_count', help: 'x' });`,
    `new Gauge({ name: 'queue_depth', help: 'x' });`,
  ],
  [
    'reserved-label',
    `new Gauge({ name: 'q', help: 'x', labelNames: ['quantile'] });`,
    `new Gauge({ name: 'q', help: 'x', labelNames: ['part'] });`,
  ],
  [
    'invalid-name',
    `new Gauge({ name: 'queue-depth', help: 'x' });`,
    `new Gauge({ name: 'queue_depth', help: 'x' });`,
  ],
  ['no-help', `new Gauge({ name: 'queue_depth' });`, `new Gauge({ name: 'queue_depth', help: 'x' });`],
  [
    'forbidden-label',
    `new Gauge({ name: 'q', help: 'x', labelNames: ['user_id'] });`,
    `new Gauge({ name: 'q', help: 'x', labelNames: ['user_type'] });`,
  ],
  [
    'conflicting-declaration',
    `new Gauge({ name: 'q', help: 'x' });\nnew Histogram({ name: 'q', help: 'x' });`,
    `new Gauge({ name: 'q', help: 'x' });\nnew Gauge({ name: 'q', help: 'x' });`,
  ],
])('%s: %s', async (code, text, clean) => {
  const [found, ...rest] = await findIn(files(text), { metrics: {} });
  expect(found).toMatch(new RegExp(`^error metric-declarations/${code} src/metrics\\.ts:[23]:\\d+$`));
  expect(rest).toEqual([]);
  expect(await findIn(files(clean), { metrics: {} })).toEqual([]);
});

const ours = (text: string): FixtureFiles => ({
  'src/metrics.ts': `import { Gauge, Info, StateSet } from '@promshard/writer';\n${text}\n`,
});

test.each([
  ['no-help', `new Info({ name: 'build' });`, `new Info({ name: 'build', help: 'x' });`],
  [
    'total-suffix',
    `new StateSet({ name: 'phase_total', help: 'x', states: ['a'] });`,
    `new StateSet({ name: 'phase', help: 'x', states: ['a'] });`,
  ],
  [
    'forbidden-label',
    `new Info({ name: 'build', help: 'x', labelNames: ['user_id'] });`,
    `new Info({ name: 'build', help: 'x', labelNames: ['app'] });`,
  ],
  [
    'reserved-label',
    `new StateSet({ name: 'phase', help: 'x', labelNames: ['phase'], states: ['a'] });`,
    `new StateSet({ name: 'phase', help: 'x', labelNames: ['queue'], states: ['a'] });`,
  ],
  [
    'conflicting-declaration',
    `new Info({ name: 'build', help: 'x' });\nnew Gauge({ name: 'build_info', help: 'x', multiprocessMode: 'max' });`,
    `new Info({ name: 'build', help: 'x' });\nnew Gauge({ name: 'build', help: 'x', multiprocessMode: 'max' });`,
  ],
])('infos and state sets, %s: %s', async (code, text, clean) => {
  const [found, ...rest] = await findIn(ours(text), { metrics: {} });
  expect(found).toMatch(new RegExp(`^error metric-declarations/${code} src/metrics\\.ts:[23]:\\d+$`));
  expect(rest).toEqual([]);
  expect(await findIn(ours(clean), { metrics: {} })).toEqual([]);
});

test('what is computed is a warning', async () => {
  expect(
    await findIn(files(`new Gauge({ name: make(), help: 'x', labelNames: [label] });`), { metrics: {} }),
  ).toEqual([
    'warning metric-declarations/computed-declaration src/metrics.ts:2:1',
    'warning metric-declarations/computed-declaration src/metrics.ts:2:1',
  ]);
});

test('a label stands at its own place, also when it comes from a constant', async () => {
  const text = `const SHARED = ['queue',\n  'email'] as const;\nnew Counter({ name: 'a_total', help: 'x', labelNames: [...SHARED, 'state'] });`;
  expect(await findIn(files(text), { metrics: {} })).toEqual([
    'error metric-declarations/forbidden-label src/metrics.ts:3:3',
  ]);
});

test('classes behind a file of the project are metrics too', async () => {
  const found = await findIn(
    {
      'src/client.ts': `import client from 'prom-client';\nexport const Counter = client.Counter;\nexport { client };\n`,
      'src/a.ts': `import { Counter } from './client.js';\nnew Counter({ name: 'a', help: 'x' });\n`,
      'src/b.ts': `import { client as c } from './client.js';\nnew c.Counter({ name: 'b', help: 'x' });\n`,
      'src/c.ts': `import { Counter } from 'other';\nnew Counter({ name: 'c' });\n`,
      'src/d.cjs': `const { Counter } = require('prom-client');\nnew Counter({ name: 'd', help: 'x' });\n`,
    },
    { metrics: {} },
  );
  expect(found.map((line) => line.split(' ')[2])).toEqual(['src/a.ts:2:1', 'src/b.ts:2:1', 'src/d.cjs:2:1']);
});

describe('in workers', () => {
  const project = (gauge: string, from = '@promshard/writer'): FixtureFiles => ({
    'src/worker.ts': `import { Counter } from '@promshard/writer';\nimport './more.js';\nnew Counter({ name: 'jobs', help: 'x' });\n`,
    'src/more.ts': `import { Gauge } from '${from}';\n${gauge}\n`,
    'src/api.ts': `import { Gauge } from 'prom-client';\nnew Gauge({ name: 'up', help: 'x' });\n`,
    'node_modules/@promshard/writer/index.js': '',
    'node_modules/prom-client/index.js': '',
  });
  const config = { workers: { entries: ['src/worker.ts'] }, metrics: {} };

  test('a gauge says how it combines', async () => {
    expect(await findIn(project(`new Gauge({ name: 'depth', help: 'x' });`), config)).toEqual([
      'error metric-declarations/missing-gauge-mode src/more.ts:2:1',
    ]);
    expect(
      await findIn(project(`new Gauge({ name: 'depth', help: 'x', multiprocessMode: 'max' });`), config),
    ).toEqual([]);
  });

  test('metrics go to the shards, under the policy', async () => {
    const gauge = `new Gauge({ name: 'depth', help: 'x', aggregator: 'max' });`;
    expect(await findIn(project(gauge, 'prom-client'), config)).toEqual([
      'error metric-declarations/outside-policy src/more.ts:2:1',
    ]);
    expect(await findIn(project(gauge), config)).toEqual([]);
  });
});

test('a strict policy covers every label, and no label that is not there', async () => {
  const policy = { mode: 'strict', labels: { queue: ['a', 'b'], state: ['c'] } };
  const text = `new Gauge({ name: 'q', help: 'x', labelNames: ['queue', 'part'] });`;
  expect(await findIn(files(text), { metrics: { policy } })).toEqual([
    'error metric-declarations/undeclared-label src/metrics.ts:2:57',
    'warning coverage/unused-label promshard-guard.config.json:1:1',
  ]);
  const clean = `new Gauge({ name: 'q', help: 'x', labelNames: ['queue', 'state'] });`;
  expect(await findIn(files(clean), { metrics: { policy } })).toEqual([]);
});

test('an allowance takes one finding away, and is found when it takes none', async () => {
  const allow = [{ metric: 'wait_*', code: 'unit', reason: 'the dashboards expect it' }];
  const text = `new Histogram({ name: 'wait_milliseconds', help: 'x' });`;
  expect(await findIn(files(text), { metrics: { allow } })).toEqual([]);
  expect(await findIn(files(''), { metrics: { allow } })).toEqual([
    'warning coverage/unused-allowance promshard-guard.config.json:1:1',
  ]);
});
