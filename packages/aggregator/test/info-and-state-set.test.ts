import type { ShardEntryInput } from '@promshard/shard-format';
import { expect, test } from 'vitest';

import { createAggregator, type Snapshot } from '../src/index.js';
import { makeDirectory } from './shard-directory.js';

const info = (labels: Record<string, string>, value = 1): ShardEntryInput => ({
  key: { family: 'build', sample: 'build_info', labels, help: 'Build.' },
  value,
});

const state = (
  name: string,
  value: number,
  labels: Record<string, string> = {},
  timestamp = 0,
): ShardEntryInput => ({
  key: { family: 'phase', sample: 'phase', labels: { ...labels, phase: name }, help: 'Phase.' },
  value,
  timestamp,
});

function lines({ families }: Snapshot): string[] {
  return families.flatMap(({ type, samples }) =>
    samples.map(
      ({ name, labels, value }) =>
        `${type} ${name}{${labels.map(([label, text]) => `${label}=${text}`).join()}} ${value}`,
    ),
  );
}

const codes = ({ problems }: Snapshot): string[] => problems.map(({ code, file }) => `${code} ${file}`);

test('equal infos of several writers are one series, and different ones stand side by side', async () => {
  const directory = makeDirectory();
  directory.write('info_1.shard', [info({ version: '1' })]);
  directory.write('info_2.shard', [info({ version: '1' }), { ...info({ version: '0' }), timestamp: -1 }]);
  directory.write('info_3.shard', [info({ version: '2' })]);
  const snapshot = await createAggregator({ dir: directory.dir }).collect();
  expect(snapshot.problems).toEqual([]);
  expect(snapshot.families.map(({ name, type }) => [name, type])).toEqual([['build', 'info']]);
  expect(lines(snapshot)).toEqual(['info build_info{version=1} 1', 'info build_info{version=2} 1']);
});

test.each([
  ['livemax', ['stateset phase{phase=busy} 1', 'stateset phase{phase=idle} 1']],
  ['livemin', ['stateset phase{phase=busy} 0', 'stateset phase{phase=idle} 0']],
  ['livemostrecent', ['stateset phase{phase=busy} 1', 'stateset phase{phase=idle} 0']],
] as const)('state sets of mode %s combine state by state', async (mode, expected) => {
  const directory = makeDirectory();
  directory.write(`stateset_${mode}_1.shard`, [state('idle', 0, {}, 20), state('busy', 1, {}, 20)]);
  directory.write(`stateset_${mode}_2.shard`, [state('idle', 1, {}, 10), state('busy', 0, {}, 10)]);
  expect(lines(await createAggregator({ dir: directory.dir }).collect())).toEqual(expected);
});

test('state sets of mode liveall are one for each writer, and the states of each stand together', async () => {
  const directory = makeDirectory();
  directory.write(
    'stateset_liveall_1.shard',
    ['b', 'a'].flatMap((zone) => [state('idle', 0, { zone }), state('busy', 1, { zone })]),
  );
  directory.write('stateset_liveall_2.shard', [
    state('idle', 1, { zone: 'a' }),
    state('busy', 0, { zone: 'a' }),
  ]);
  directory.writeOwner('2', 'web-2');
  expect(lines(await createAggregator({ dir: directory.dir }).collect())).toEqual([
    'stateset phase{pid=1,zone=a,phase=busy} 1',
    'stateset phase{pid=1,zone=a,phase=idle} 0',
    'stateset phase{pid=1,zone=b,phase=busy} 1',
    'stateset phase{pid=1,zone=b,phase=idle} 0',
    'stateset phase{pid=web-2,zone=a,phase=busy} 0',
    'stateset phase{pid=web-2,zone=a,phase=idle} 1',
  ]);
});

test('whatever a foreign writer puts there, an info is 1, and a state is 0 or 1', async () => {
  const directory = makeDirectory();
  directory.write('info_1.shard', [info({ a: 'x' }, 7), info({ a: 'y' }, Number.NaN), info({ a: 'z' }, 0)]);
  directory.write('stateset_livemax_1.shard', [
    state('a', 7),
    state('b', -7),
    state('c', Number.NaN),
    state('d', Infinity),
  ]);
  expect(lines(await createAggregator({ dir: directory.dir }).collect())).toEqual([
    ...['x', 'y', 'z'].map((a) => `info build_info{a=${a}} 1`),
    ...['a 1', 'b 0', 'c 0', 'd 1'].map((it) => `stateset phase{phase=${it.replace(' ', '} ')}`),
  ]);
});

test('samples that no info and no state set has are problems', async () => {
  const directory = makeDirectory();
  const key = { family: 'phase', sample: 'phase', labels: {}, help: '' };
  directory.write('info_1.shard', [{ ...info({}), key: { ...key, family: 'build' } }]);
  directory.write('stateset_livemax_1.shard', [
    { key, value: 1 },
    { key: { ...key, family: 'pid', sample: 'pid', labels: { pid: 'x' } }, value: 1 },
  ]);
  const snapshot = await createAggregator({ dir: directory.dir }).collect();
  expect(lines(snapshot)).toEqual([]);
  expect(codes(snapshot)).toEqual([
    'bad-sample info_1.shard',
    'bad-sample stateset_livemax_1.shard',
    'bad-sample stateset_livemax_1.shard',
  ]);
});

test('two modes of one state set are a conflict', async () => {
  const directory = makeDirectory();
  directory.write('stateset_livemax_1.shard', [state('a', 1)]);
  directory.write('stateset_livemin_2.shard', [state('a', 0)]);
  const snapshot = await createAggregator({ dir: directory.dir }).collect();
  expect(lines(snapshot)).toEqual(['stateset phase{phase=a} 1']);
  expect(codes(snapshot)).toEqual(['mode-conflict stateset_livemin_2.shard']);
});

test('states pass a policy that does not know their label, unless it finds something in them', async () => {
  const directory = makeDirectory();
  directory.write('stateset_livemax_1.shard', [state('idle', 1), state('secret', 0)]);
  const labelPolicy = {
    checkName: () => 'undeclared-name',
    checkValue: (_name: string, value: string) =>
      ({ reason: value === 'secret' ? 'email' : 'undeclared-value' }) as const,
  };
  expect(lines(await createAggregator({ dir: directory.dir, labelPolicy }).collect())).toEqual([
    'stateset phase{phase=__other__} 0',
    'stateset phase{phase=idle} 1',
  ]);
});
