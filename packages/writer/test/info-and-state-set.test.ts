import { readdirSync } from 'node:fs';

import { definePolicy } from '@promshard/label-policy';
import { Registry } from 'prom-client';
import { describe, expect, onTestFinished, test } from 'vitest';

import {
  Info,
  openShardStore,
  StateSet,
  type ShardStore,
  type ShardStoreOptions,
  type StoreProblem,
} from '../src/index.js';
import { readDirectory, temporaryDirectory } from './directory.js';
import { backends } from './tools.js';

const registers: [] = [];

function isolated(options: ShardStoreOptions = {}): {
  readonly dir: string;
  readonly store: ShardStore;
  readonly problems: StoreProblem[];
  readonly values: () => Record<string, number>;
} {
  const dir = temporaryDirectory();
  const problems: StoreProblem[] = [];
  const onProblem = (problem: StoreProblem): void => void problems.push(problem);
  const store = openShardStore({ dir, isolated: true, onProblem, ...options });
  onTestFinished(() => store.close());
  const values = (): Record<string, number> => {
    store.flush();
    return readDirectory(dir).values;
  };
  return { dir, store, problems, values };
}

describe.each(backends)('on the %s backend', (backend) => {
  test('an info is there from its first word, and says one thing at a time', () => {
    const { dir, store, values } = isolated({ backend });
    const build = new Info({ name: 'build_info', help: 'Build.', registers, store });
    expect(readdirSync(dir).filter((name) => name.endsWith('.shard'))).toEqual([]);
    build.info({ version: '1.2.3', revision: 7 });
    expect(readdirSync(dir).filter((name) => name.endsWith('.shard'))).toEqual([
      `info_${store.shardId}.shard`,
    ]);
    expect(values()).toEqual({ 'build_info revision="7" version="1.2.3"': 1 });
    build.info({ version: '1.2.4' });
    expect(values()).toEqual({ 'build_info version="1.2.4"': 1 });
    build.info({ version: '1.2.3', revision: 7 });
    build.info({ version: '1.2.3', revision: 7 });
    expect(values()).toEqual({ 'build_info revision="7" version="1.2.3"': 1 });
    build.reset();
    expect(values()).toEqual({});
  });

  test('an info with labels says one thing for each label set', () => {
    const { store, values } = isolated({ backend });
    const queue = new Info({ name: 'queue', help: 'Queue.', labelNames: ['queue'], registers, store });
    queue.info({ queue: 'mail' }, { driver: 'redis' });
    queue.labels('image').info({ driver: 'pg' });
    queue.labels({ queue: 'mail' }).info({ driver: 'pg' });
    expect(values()).toEqual({
      'queue_info driver="pg" queue="image"': 1,
      'queue_info driver="pg" queue="mail"': 1,
    });
    queue.remove('image');
    expect(values()).toEqual({ 'queue_info driver="pg" queue="mail"': 1 });
  });

  test('a state set is there from its first state, with one entry a state', () => {
    const { dir, store, values } = isolated({ backend });
    const base = { help: 'Phase.', states: ['idle', 'busy', 'draining'], registers, store };
    const phase = new StateSet({ ...base, name: 'phase' });
    const zone = new StateSet({
      ...base,
      name: 'zone',
      labelNames: ['z'],
      multiprocessMode: 'livemostrecent',
    });
    expect(values()).toEqual({});
    phase.state('idle');
    phase.state('busy');
    expect(values()).toEqual({
      'phase phase="busy"': 1,
      'phase phase="draining"': 0,
      'phase phase="idle"': 0,
    });
    phase.set('draining', true);
    phase.set('busy', false);
    zone.state({ z: 'a' }, 'idle');
    zone.labels('a').set('busy', true);
    zone.set({ z: 'b' }, 'busy', true);
    expect(values()).toEqual({
      'phase phase="busy"': 0,
      'phase phase="draining"': 1,
      'phase phase="idle"': 0,
      'zone z="a" zone="busy"': 1,
      'zone z="a" zone="draining"': 0,
      'zone z="a" zone="idle"': 1,
      'zone z="b" zone="busy"': 1,
      'zone z="b" zone="draining"': 0,
      'zone z="b" zone="idle"': 0,
    });
    expect(
      readdirSync(dir)
        .filter((name) => name.endsWith('.shard'))
        .toSorted(),
    ).toEqual([`stateset_liveall_${store.shardId}.shard`, `stateset_livemostrecent_${store.shardId}.shard`]);
    phase.reset();
    zone.remove('a');
    expect(Object.keys(values())).toHaveLength(3);
    zone.remove({ z: 'b' });
    zone.labels('b').state('busy');
    expect(values()).toMatchObject({ 'zone z="b" zone="busy"': 1, 'zone z="b" zone="idle"': 0 });
  });
});

test('both are gauges to a registry of prom-client', async () => {
  const { store } = isolated();
  const registry = new Registry();
  const base = { registers: [registry], store };
  new Info({ ...base, name: 'build', help: 'Build.' }).info({ version: '1' });
  new StateSet({ ...base, name: 'phase', help: 'Phase.', states: ['idle', 'busy'] }).state('busy');
  expect(await registry.metrics()).toBe(
    [
      '# HELP build_info Build.',
      '# TYPE build_info gauge',
      'build_info{version="1"} 1',
      '',
      '# HELP phase Phase.',
      '# TYPE phase gauge',
      'phase{phase="idle"} 0',
      'phase{phase="busy"} 1',
      '',
    ].join('\n'),
  );
});

test('what was said is there, once its store is closed, until the pruner drops it', () => {
  const first = isolated();
  const build = new Info({ name: 'build', help: 'h', registers, store: first.store });
  const phase = new StateSet({ name: 'phase', help: 'h', states: ['a'], registers, store: first.store });
  build.info({ version: '1' });
  phase.state('a');
  first.store.close();
  expect(first.values()).toEqual({ 'build_info version="1"': 1, 'phase phase="a"': 1 });
});

test('the label policy judges what an info says, and not the states, which stand in the program', () => {
  const labelPolicy = definePolicy({ maxSeriesPerMetric: 2 });
  const { store, problems, values } = isolated({ labelPolicy });
  const build = new Info({ name: 'build', help: 'h', registers, store });
  expect(() => build.info({ email: 'x' })).toThrow(expect.objectContaining({ code: 'LABEL_FORBIDDEN' }));
  expect(() => build.info({ 'not a name': 'x' })).toThrow(
    expect.objectContaining({ code: 'LABEL_FORBIDDEN' }),
  );
  const own = new Info({ name: 'own', help: 'h', labelNames: ['a'], registers, store });
  expect(() => own.info({ a: 'x' }, { a: 'y' })).toThrow(
    expect.objectContaining({ code: 'LABEL_FORBIDDEN' }),
  );
  build.info({ contact: 'someone@example.com' });
  expect(values()).toMatchObject({ 'build_info contact="__other__"': 1 });
  build.info({ version: '1' });
  build.info({ version: '2' });
  expect(values()).toMatchObject({ 'build_info version="__overflow__"': 1 });
  build.info({ version: '1' });
  expect(values()).toMatchObject({ 'build_info version="1"': 1 });
  expect(problems.map(({ code }) => code)).toEqual(['label-value-replaced', 'series-overflow']);
  expect(JSON.stringify(problems)).not.toContain('someone');
});

describe('a state set that cannot be', () => {
  const base = { name: 'phase', help: 'h', states: ['a'], registers };
  test.each([
    ['without states', { ...base, states: [] }],
    ['with a state twice', { ...base, states: ['a', 'a'] }],
    ['with a state that is no text', { ...base, states: [1] }],
    ['of a sum, which is none', { ...base, multiprocessMode: 'livesum' }],
    ['whose name is no label name', { ...base, name: 'a:b' }],
    ['called pid', { ...base, name: 'pid' }],
  ])('is refused: %s', (_, configuration) => {
    expect(() => new StateSet(configuration as never)).toThrow(
      expect.objectContaining({ code: 'STATES_INVALID' }),
    );
  });

  test('is refused: with its own name as a label', () => {
    expect(() => new StateSet({ ...base, labelNames: ['phase'] })).toThrow(
      'phase is a reserved label keyword',
    );
  });

  test('takes no state that it does not have, and does not repeat it', () => {
    const { store } = isolated();
    const phase = new StateSet({ ...base, store });
    expect(() => phase.state('secret')).toThrow(
      new TypeError('The state is not one that the metric declares: a.'),
    );
    expect(() => phase.set('secret', true)).toThrow(TypeError);
  });
});
