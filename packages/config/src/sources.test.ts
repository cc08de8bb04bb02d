import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { ConfigError } from './config-error.js';
import { describeExporterConfig, loadExporterConfig } from './load-exporter-config.js';
import { describePrunerConfig, loadPrunerConfig } from './load-pruner-config.js';
import { describeWriterConfig, loadWriterConfig } from './load-writer-config.js';

let dir: string;
let files = 0;

beforeAll(() => {
  dir = fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), 'promshard-config-'));
});

afterAll(() => fs.rmSync(dir, { recursive: true }));

function file(content: unknown): string {
  const name = path.join(dir, `config-${files++}.json`);
  fs.writeFileSync(name, typeof content === 'string' ? content : JSON.stringify(content));
  return name;
}

function problemsOf(load: () => unknown): readonly string[] {
  try {
    load();
  } catch (error) {
    if (error instanceof ConfigError) return error.problems.map(({ message }) => message);
    throw error;
  }
  return [];
}

describe('a value comes', () => {
  test('from an option, else the environment, else the file, else the default', () => {
    const PROMSHARD_CONFIG = file({ dir, host: '::1', port: 1, labelPolicy: 'off' });
    const env = { PROMSHARD_CONFIG, WORKER_METRICS_EXPORTER_PORT: '2' };
    expect(loadExporterConfig(env)).toMatchObject({ dir, host: '::1', port: 2, labelPolicy: 'off' });
    expect(loadExporterConfig(env, { port: 3 }).port).toBe(3);
    expect(loadWriterConfig(env)).toMatchObject({ dir, backend: 'auto' });
  });

  test('with its origin', () => {
    const PROMSHARD_CONFIG = file({ dir, host: '::1' });
    const env = { PROMSHARD_CONFIG, WORKER_METRICS_EXPORTER_PORT: '2' };
    const described = describeExporterConfig(env, { labelPolicy: 'off' });
    expect(described.filter(({ origin }) => origin !== 'default' && origin !== 'unset')).toEqual([
      { name: 'dir', variable: 'PROMETHEUS_MULTIPROC_DIR', value: JSON.stringify(dir), origin: 'file' },
      { name: 'host', variable: 'WORKER_METRICS_EXPORTER_HOST', value: '"::1"', origin: 'file' },
      { name: 'port', variable: 'WORKER_METRICS_EXPORTER_PORT', value: '2', origin: 'environment' },
      { name: 'labelPolicy', variable: 'PROMSHARD_LABEL_POLICY', value: '"off"', origin: 'option' },
    ]);
    expect(describeWriterConfig(env).map(({ name, origin }) => [name, origin])).toEqual([
      ['dir', 'file'],
      ['backend', 'default'],
      ['instance', 'unset'],
      ['maxShardBytes', 'default'],
      ['maxFiles', 'default'],
      ['maxBytes', 'default'],
      ['overflow', 'default'],
      ['collectIntervalMs', 'default'],
      ['allowNetworkFileSystem', 'default'],
    ]);
    expect(describePrunerConfig(env, { maxFiles: 5 }).find(({ name }) => name === 'maxFiles')).toEqual({
      name: 'maxFiles',
      variable: 'PROMSHARD_MAX_FILES',
      value: '5',
      origin: 'option',
    });
  });

  test('from an empty file name as from none', () => {
    expect(loadPrunerConfig({ PROMSHARD_CONFIG: '', PROMETHEUS_MULTIPROC_DIR: dir }).dir).toBe(dir);
  });
});

describe('the file', () => {
  test.each([
    ['a relative path', () => 'config.json', 'PROMSHARD_CONFIG is a relative path.'],
    ['one that is missing', () => path.join(dir, 'none.json'), 'cannot be read (ENOENT).'],
    ['a directory', () => dir, 'cannot be read (EISDIR).'],
    ['no JSON', () => file('port: 9108'), 'names a file that is not JSON.'],
    ['a list', () => file([1]), 'holds no JSON object.'],
    ['null', () => file('null'), 'holds no JSON object.'],
    ['too large', () => file(`"${'x'.repeat(1 << 20)}"`), 'more than 1048576 bytes'],
  ])('that is %s is refused', (_what, name, complaint) => {
    const problems = problemsOf(() =>
      loadWriterConfig({ PROMETHEUS_MULTIPROC_DIR: dir, PROMSHARD_CONFIG: name() }),
    );
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(complaint);
  });

  test('that is not JSON is not quoted', () => {
    const PROMSHARD_CONFIG = file('{ "password": hunter2 }');
    expect(
      problemsOf(() => loadWriterConfig({ PROMETHEUS_MULTIPROC_DIR: dir, PROMSHARD_CONFIG })).join(),
    ).not.toContain('hunter2');
  });

  test('has typed values, and known keys only; every problem is told at once', () => {
    const PROMSHARD_CONFIG = file({
      $schema: './schema.json',
      dir: './relative',
      backend: 'fast',
      maxShardBytes: '4096',
      allowNetworkFileSystem: 'yes',
      instnace: 'hunter2',
      __proto__: 1,
    });
    const problems = problemsOf(() =>
      loadWriterConfig({ PROMSHARD_CONFIG, PROMSHARD_INSTANCE: '-', PROMSHARD_BACKED: 'hunter2' }),
    );
    expect(
      problems.map((problem) => problem.replaceAll(PROMSHARD_CONFIG, 'FILE').split('. Expected')[0]),
    ).toEqual([
      'PROMETHEUS_MULTIPROC_DIR (given as "dir" in "FILE") is a relative path',
      'PROMSHARD_BACKEND (given as "backend" in "FILE") names no backend',
      'PROMSHARD_INSTANCE is empty, too long or has other characters',
      'PROMSHARD_MAX_SHARD_BYTES (given as "maxShardBytes" in "FILE") is not a number',
      'PROMSHARD_ALLOW_NETWORK_FS (given as "allowNetworkFileSystem" in "FILE") is neither true nor false',
      expect.stringContaining('"instnace" in "FILE" is no option; did you mean "instance"?'),
      expect.stringContaining('PROMSHARD_BACKED is unknown; did you mean PROMSHARD_BACKEND?'),
    ]);
    expect(problems.join()).not.toContain('hunter2');
  });
});

describe('an unknown variable', () => {
  const load = (env: Record<string, string>): readonly string[] =>
    problemsOf(() => loadExporterConfig({ PROMETHEUS_MULTIPROC_DIR: dir, ...env }));

  test.each([
    ['PROMSHARD_BACKND', 'is unknown; did you mean PROMSHARD_BACKEND?'],
    ['PROMSHARD_MAX_SHARD_BYTE', 'did you mean PROMSHARD_MAX_SHARD_BYTES?'],
    ['PROMSHARD_LABLE_POLICY', 'did you mean PROMSHARD_LABEL_POLICY?'],
    ['PROMSHARD_max_files', 'did you mean PROMSHARD_MAX_FILES?'],
    ['PROMSHARD_MULTIPROC_DIR', 'did you mean PROMETHEUS_MULTIPROC_DIR?'],
    ['PROMSHARD_', 'is no variable of promshard.'],
    ['PROMSHARD_SOMETHING_ELSE_ENTIRELY', 'is no variable of promshard.'],
  ])('%s %s', (name, complaint) => {
    const problems = load({ [name]: 'hunter2' });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(`${name} ${complaint}`.replace(`${name} did`, 'did'));
    expect(problems[0]).not.toContain('hunter2');
  });

  test('may be one of another role', () => {
    expect(load({ PROMSHARD_BACKEND: 'nonsense', PROMSHARD_MAX_FILES: 'nonsense' })).toEqual([]);
  });

  test('may be made by Kubernetes of a service', () => {
    expect(
      load({
        PROMSHARD_EXPORTER_SERVICE_HOST: '192.0.2.1',
        PROMSHARD_EXPORTER_SERVICE_PORT: '9108',
        PROMSHARD_EXPORTER_SERVICE_PORT_METRICS: '9108',
        PROMSHARD_EXPORTER_PORT: 'tcp://192.0.2.1:9108',
        PROMSHARD_EXPORTER_PORT_9108_TCP: 'tcp://192.0.2.1:9108',
        PROMSHARD_EXPORTER_PORT_9108_TCP_PROTO: 'tcp',
        PROMSHARD_EXPORTER_PORT_9108_TCP_PORT: '9108',
        PROMSHARD_EXPORTER_PORT_9108_TCP_ADDR: '192.0.2.1',
      }),
    ).toEqual([]);
    expect(load({ PROMSHARD_EXPORTER_PORT: '9108' })).toHaveLength(1);
  });

  test('of any length is compared in bounded time', () => {
    expect(load({ [`PROMSHARD_${'X'.repeat(1 << 20)}`]: '1' })).toHaveLength(1);
  });
});
