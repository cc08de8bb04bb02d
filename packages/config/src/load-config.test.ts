import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { ConfigError, MULTIPROC_DIR_INVALID_ERROR } from './config-error.js';
import { loadExporterConfig } from './load-exporter-config.js';
import { loadPrunerConfig } from './load-pruner-config.js';
import { loadWriterConfig } from './load-writer-config.js';
import type { Environment } from './setting-source.js';

let dir: string;

beforeAll(() => {
  dir = fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), 'promshard-config-'));
  fs.writeFileSync(path.join(dir, 'file'), '');
});

afterAll(() => fs.rmSync(dir, { recursive: true }));

type Load = (env: Environment, overrides?: object) => unknown;
const LOADERS: Readonly<Record<'writer' | 'exporter' | 'pruner', Load>> = {
  writer: loadWriterConfig,
  exporter: loadExporterConfig,
  pruner: loadPrunerConfig,
};

function errorOf(load: () => unknown): ConfigError {
  try {
    load();
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error('the configuration was accepted');
}

const complaintOf = (load: () => unknown): string => {
  const { problems } = errorOf(load);
  expect(problems).toHaveLength(1);
  return problems[0]?.message ?? '';
};

describe('with the directory alone', () => {
  test('a writer takes the defaults, and no instance', () => {
    expect(loadWriterConfig({ PROMETHEUS_MULTIPROC_DIR: dir })).toStrictEqual({
      dir,
      backend: 'auto',
      maxShardBytes: 67_108_864,
      overflow: 'warn',
      collectIntervalMs: 5000,
      maxFiles: 10_000,
      maxBytes: 1_073_741_824,
      allowNetworkFileSystem: false,
    });
  });

  test('an exporter listens on the local host only', () => {
    expect(loadExporterConfig({ PROMETHEUS_MULTIPROC_DIR: dir })).toStrictEqual({
      dir,
      host: '127.0.0.1',
      port: 9108,
      socketMode: '0660',
      systemdSocket: false,
      landingPage: false,
      healthRoutes: false,
      maxInFlight: 40,
      maxConnections: 500,
      labelPolicy: 'standard',
      maxScrapeFiles: 10_000,
      maxScrapeBytes: 536_870_912,
      maxScrapeSeries: 1_000_000,
    });
  });

  test('a pruner takes the defaults', () => {
    expect(loadPrunerConfig({ PROMETHEUS_MULTIPROC_DIR: dir })).toStrictEqual({
      dir,
      intervalMs: 10_000,
      maxFiles: 10_000,
      maxBytes: 1_073_741_824,
      foreignWriters: 'keep',
      allowNetworkFileSystem: false,
    });
  });
});

describe('a variable that is right', () => {
  test.each([
    ['writer', 'PROMSHARD_BACKEND', 'mmap', { backend: 'mmap' }],
    ['writer', 'PROMSHARD_BACKEND', 'pwrite', { backend: 'pwrite' }],
    ['writer', 'PROMSHARD_INSTANCE', 'worker-1.eu:2_b', { instance: 'worker-1.eu:2_b' }],
    ['writer', 'PROMSHARD_INSTANCE', 'x'.repeat(63), { instance: 'x'.repeat(63) }],
    ['writer', 'PROMSHARD_MAX_SHARD_BYTES', '4096', { maxShardBytes: 4096 }],
    ['writer', 'PROMSHARD_MAX_SHARD_BYTES', '1073741824', { maxShardBytes: 1_073_741_824 }],
    ['writer', 'PROMSHARD_OVERFLOW', 'refuse', { overflow: 'refuse' }],
    ['writer', 'PROMSHARD_COLLECT_INTERVAL_MS', '250', { collectIntervalMs: 250 }],
    ['writer', 'PROMSHARD_MAX_FILES', '1', { maxFiles: 1 }],
    ['pruner', 'PROMSHARD_FOREIGN_WRITERS', 'fold', { foreignWriters: 'fold' }],
    ['exporter', 'WORKER_METRICS_EXPORTER_HOST', '::1', { host: '::1' }],
    ['exporter', 'WORKER_METRICS_EXPORTER_HOST', 'worker_exporter', { host: 'worker_exporter' }],
    ['exporter', 'WORKER_METRICS_EXPORTER_PORT', '0', { port: 0 }],
    ['exporter', 'WORKER_METRICS_EXPORTER_PORT', '65535', { port: 65_535 }],
    ['exporter', 'PROMSHARD_LABEL_POLICY', 'off', { labelPolicy: 'off' }],
    ['exporter', 'WORKER_METRICS_EXPORTER_HOST', 'unix:/run/x.sock', { host: 'unix:/run/x.sock' }],
    ['exporter', 'PROMSHARD_SOCKET_MODE', '0600', { socketMode: '0600' }],
    ['exporter', 'PROMSHARD_SYSTEMD_SOCKET', 'true', { systemdSocket: true }],
    ['exporter', 'PROMSHARD_WEB_CONFIG_FILE', '/etc/web.yml', { webConfigFile: '/etc/web.yml' }],
    ['exporter', 'PROMSHARD_LANDING_PAGE', 'true', { landingPage: true }],
    ['exporter', 'PROMSHARD_HEALTH_ROUTES', 'true', { healthRoutes: true }],
    ['exporter', 'PROMSHARD_MAX_SCRAPES_IN_FLIGHT', '5', { maxInFlight: 5 }],
    ['exporter', 'PROMSHARD_MAX_CONNECTIONS', '1000', { maxConnections: 1000 }],
    ['exporter', 'PROMSHARD_MAX_SCRAPE_FILES', '1', { maxScrapeFiles: 1 }],
    ['exporter', 'PROMSHARD_MAX_SCRAPE_BYTES', '4096', { maxScrapeBytes: 4096 }],
    ['exporter', 'PROMSHARD_MAX_SCRAPE_SERIES', '100000000', { maxScrapeSeries: 100_000_000 }],
    ['writer', 'PROMSHARD_ALLOW_NETWORK_FS', 'true', { allowNetworkFileSystem: true }],
    ['pruner', 'PROMSHARD_ALLOW_NETWORK_FS', 'false', { allowNetworkFileSystem: false }],
    ['pruner', 'PROMSHARD_PRUNE_INTERVAL_MS', '10', { intervalMs: 10 }],
    ['pruner', 'PROMSHARD_PRUNE_INTERVAL_MS', '2147483647', { intervalMs: 2_147_483_647 }],
    ['pruner', 'PROMSHARD_MAX_FILES', '1', { maxFiles: 1 }],
    ['pruner', 'PROMSHARD_MAX_FILES', '1000000', { maxFiles: 1_000_000 }],
    ['pruner', 'PROMSHARD_MAX_DIR_BYTES', '9007199254740991', { maxBytes: 9_007_199_254_740_991 }],
  ] as const)('%s takes %s=%s', (role, variable, text, expected) => {
    expect(LOADERS[role]({ PROMETHEUS_MULTIPROC_DIR: dir, [variable]: text })).toMatchObject(expected);
  });
});

const DIGITS = 'is not written in plain decimal digits';
const NOT_DIGITS = [
  'abc',
  '-1',
  '+1',
  '1.5',
  '1e3',
  '0x10',
  '010',
  '1_000',
  '1,000',
  '4096b',
  'NaN',
  'Infinity',
  '٣',
];
const INTEGERS = [
  ['writer', 'PROMSHARD_MAX_SHARD_BYTES', 'maxShardBytes', 4096, 1_073_741_824],
  ['writer', 'PROMSHARD_COLLECT_INTERVAL_MS', 'collectIntervalMs', 10, 2_147_483_647],
  ['exporter', 'WORKER_METRICS_EXPORTER_PORT', 'port', 0, 65_535],
  ['pruner', 'PROMSHARD_PRUNE_INTERVAL_MS', 'intervalMs', 10, 2_147_483_647],
  ['pruner', 'PROMSHARD_MAX_FILES', 'maxFiles', 1, 1_000_000],
  ['pruner', 'PROMSHARD_MAX_DIR_BYTES', 'maxBytes', 4096, Number.MAX_SAFE_INTEGER],
] as const;

describe.each(INTEGERS)('for a %s, %s', (role, variable, option, min, max) => {
  const withText = (text: string): string =>
    complaintOf(() => LOADERS[role]({ PROMETHEUS_MULTIPROC_DIR: dir, [variable]: text }));
  const withOption = (value: unknown): string =>
    complaintOf(() => LOADERS[role]({ PROMETHEUS_MULTIPROC_DIR: dir }, { [option]: value }));

  test.each(NOT_DIGITS)('refuses the text %s', (text) => {
    expect(withText(text)).toContain(`${variable} ${DIGITS}. Expected a`);
    expect(withText(text)).toContain(`Received "${text}".`);
  });

  test.each([' 5000', '5000 ', '5000\n', '\t5000', '5000\u00a0', ' '])(
    'refuses white space around %j',
    (text) => {
      expect(withText(text)).toContain(`${variable} starts or ends with white space. Expected a`);
    },
  );

  test('refuses what is out of bounds', () => {
    expect(withText(String(BigInt(max) + 1n))).toContain(`${variable} is more than ${max}.`);
    expect(withText('9'.repeat(400))).toContain(`${variable} is`);
  });

  test.skipIf(min === 0)('refuses what is below its bound (skipped for 0: no digits say less)', () => {
    expect(withText(String(min - 1))).toContain(`${variable} is less than ${min}.`);
  });

  test('takes its bounds as options', () => {
    for (const value of [min, max]) {
      expect(LOADERS[role]({ PROMETHEUS_MULTIPROC_DIR: dir }, { [option]: value })).toMatchObject({
        [option]: value,
      });
    }
  });

  test.each([
    [min - 1, `is less than ${min}`],
    [max + 1, `is more than ${max}`],
    [4096.5, 'is not a whole number'],
    [Number.NaN, 'is not a number'],
    [Number.POSITIVE_INFINITY, 'is not a'],
    ['5000', 'is not a number'],
    [null, 'is not a number'],
    [5000n, 'is not a number'],
  ])('refuses the option %s', (value, complaint) => {
    expect(withOption(value)).toContain(`${variable} (given as the option "${option}") ${complaint}`);
  });

  test('counts as unset when it is empty', () => {
    expect(LOADERS[role]({ PROMETHEUS_MULTIPROC_DIR: dir, [variable]: '' })).toEqual(
      LOADERS[role]({ PROMETHEUS_MULTIPROC_DIR: dir }),
    );
  });
});

const TEXTS = [
  ['writer', 'PROMSHARD_BACKEND', 'backend', ['MMAP', 'mmap,pwrite', 'native', '__proto__', 'on']],
  [
    'writer',
    'PROMSHARD_INSTANCE',
    'instance',
    ['-a', '.a', 'a b', 'a/b', 'ä', 'x'.repeat(64), 'a"b', 'a\u0000'],
  ],
  ['exporter', 'PROMSHARD_LABEL_POLICY', 'labelPolicy', ['none', 'strict', 'true']],
  ['exporter', 'PROMSHARD_SOCKET_MODE', 'socketMode', ['660', '1777', '0888', 'rw']],
  ['exporter', 'PROMSHARD_WEB_CONFIG_FILE', 'webConfigFile', ['web.yml', './web.yml']],
  [
    'exporter',
    'WORKER_METRICS_EXPORTER_HOST',
    'host',
    ['[::1]', 'http://a', 'a:1', 'a b', '127.1', '-a', '*'],
  ],
] as const;

describe.each(TEXTS)('for a %s, %s', (role, variable, option, wrong) => {
  test.each(wrong)('refuses %j as text and as an option', (text) => {
    const env = { PROMETHEUS_MULTIPROC_DIR: dir };
    expect(complaintOf(() => LOADERS[role]({ ...env, [variable]: text }))).toContain(`${variable} `);
    expect(complaintOf(() => LOADERS[role](env, { [option]: text }))).toContain(
      `${variable} (given as the option "${option}") `,
    );
  });

  test('refuses white space around it, saying so', () => {
    expect(
      complaintOf(() => LOADERS[role]({ PROMETHEUS_MULTIPROC_DIR: dir, [variable]: 'auto ' })),
    ).toContain(`${variable} starts or ends with white space`);
  });

  test('counts as unset when it is empty, but an empty option is refused', () => {
    const env = { PROMETHEUS_MULTIPROC_DIR: dir };
    expect(LOADERS[role]({ ...env, [variable]: '' })).toEqual(LOADERS[role](env));
    expect(complaintOf(() => LOADERS[role](env, { [option]: '' }))).toContain('Received "".');
  });

  test.each([null, 5, {}, ['a']])('refuses the option %j, which is not text', (value) => {
    expect(
      complaintOf(() => LOADERS[role]({ PROMETHEUS_MULTIPROC_DIR: dir }, { [option]: value })),
    ).toContain('is not a string');
  });
});

describe.each(['writer', 'exporter', 'pruner'] as const)('for a %s, the directory', (role) => {
  const problem = (text: string | undefined): ConfigError =>
    errorOf(() => LOADERS[role](text === undefined ? {} : { PROMETHEUS_MULTIPROC_DIR: text }));

  test.each([
    ['unset', () => undefined, 'is not set. ', 'nothing'],
    ['empty', () => '', 'is set, but empty. ', '""'],
    ['blank', () => '  ', 'starts or ends with white space. ', '"  "'],
    ['padded', () => `${dir} `, 'starts or ends with white space. ', ''],
    ['relative', () => 'metrics', 'is a relative path. ', '"metrics"'],
    ['relative with a dot', () => './metrics', 'is a relative path. ', '"./metrics"'],
    ['a home directory', () => '~/metrics', 'is a relative path. ', '"~/metrics"'],
    ['missing', () => path.join(dir, 'a'), 'names a directory that does not exist. ', ''],
    ['missing with its parent', () => path.join(dir, 'a', 'b'), 'the first missing parent is "', ''],
    ['a file', () => path.join(dir, 'file'), 'names something that is not a directory. ', ''],
    ['below a file', () => path.join(dir, 'file', 'a'), 'file" is not a directory. ', ''],
    ['a name with NUL', () => `${dir}\0`, 'cannot be examined (ERR_INVALID_ARG_VALUE). ', ''],
  ])('is refused when it is %s', (_what, text, complaint, received) => {
    const error = problem(text());
    expect(error.message.split('\n')[0]).toBe(MULTIPROC_DIR_INVALID_ERROR);
    expect(error.problems).toHaveLength(1);
    expect(error.problems[0]?.variable).toBe('PROMETHEUS_MULTIPROC_DIR');
    expect(error.problems[0]?.message).toContain(complaint);
    expect(error.problems[0]?.received).toContain(received);
  });

  test('is refused in the same words as an option', () => {
    const error = errorOf(() => LOADERS[role]({ PROMETHEUS_MULTIPROC_DIR: dir }, { dir: 'metrics' }));
    expect(error.message.split('\n')[0]).toBe(MULTIPROC_DIR_INVALID_ERROR);
    expect(error.problems[0]?.message).toContain('(given as the option "dir") is a relative path');
  });

  test('is normalised', () => {
    expect(LOADERS[role]({ PROMETHEUS_MULTIPROC_DIR: `${dir}/x/..//` })).toMatchObject({ dir });
  });
});

describe('an explicit option', () => {
  test('beats its variable, even a wrong one', () => {
    expect(
      loadExporterConfig(
        { PROMETHEUS_MULTIPROC_DIR: '/absent', WORKER_METRICS_EXPORTER_PORT: 'x' },
        { dir, port: 0, host: undefined },
      ),
    ).toMatchObject({ dir, host: '127.0.0.1', port: 0, labelPolicy: 'standard' });
  });
});

describe('the environment', () => {
  test.each([
    [
      'writer',
      [
        'PROMSHARD_CONFIG',
        'PROMSHARD_ALLOW_NETWORK_FS',
        'PROMETHEUS_MULTIPROC_DIR',
        'PROMSHARD_BACKEND',
        'PROMSHARD_INSTANCE',
        'PROMSHARD_MAX_SHARD_BYTES',
        'PROMSHARD_MAX_FILES',
        'PROMSHARD_MAX_DIR_BYTES',
        'PROMSHARD_OVERFLOW',
        'PROMSHARD_COLLECT_INTERVAL_MS',
      ],
    ],
    [
      'exporter',
      [
        'PROMSHARD_CONFIG',
        'PROMETHEUS_MULTIPROC_DIR',
        'WORKER_METRICS_EXPORTER_HOST',
        'WORKER_METRICS_EXPORTER_PORT',
        'PROMSHARD_SOCKET_MODE',
        'PROMSHARD_SYSTEMD_SOCKET',
        'PROMSHARD_MAX_SCRAPES_IN_FLIGHT',
        'PROMSHARD_MAX_CONNECTIONS',
        'PROMSHARD_WEB_CONFIG_FILE',
        'PROMSHARD_LANDING_PAGE',
        'PROMSHARD_HEALTH_ROUTES',
        'PROMSHARD_LABEL_POLICY',
        'PROMSHARD_MAX_SCRAPE_FILES',
        'PROMSHARD_MAX_SCRAPE_BYTES',
        'PROMSHARD_MAX_SCRAPE_SERIES',
      ],
    ],
    [
      'pruner',
      [
        'PROMSHARD_CONFIG',
        'PROMSHARD_ALLOW_NETWORK_FS',
        'PROMETHEUS_MULTIPROC_DIR',
        'PROMSHARD_PRUNE_INTERVAL_MS',
        'PROMSHARD_MAX_FILES',
        'PROMSHARD_MAX_DIR_BYTES',
        'PROMSHARD_FOREIGN_WRITERS',
      ],
    ],
  ] as const)('of a %s is looked at in its own variables only', (role, variables) => {
    const seen = new Set<PropertyKey>();
    const env = new Proxy<Record<string, string>>(
      { PROMETHEUS_MULTIPROC_DIR: dir, DATABASE_URL: 'not a URL' },
      {
        get: (target, name) => {
          seen.add(name);
          return Reflect.get(target, name) as unknown;
        },
      },
    );
    LOADERS[role](env);
    expect([...seen]).toEqual(variables);
  });

  test('is that of the process by default', () => {
    const before = process.env['PROMETHEUS_MULTIPROC_DIR'];
    process.env['PROMETHEUS_MULTIPROC_DIR'] = dir;
    try {
      expect(loadPrunerConfig().dir).toBe(dir);
    } finally {
      if (before === undefined) delete process.env['PROMETHEUS_MULTIPROC_DIR'];
      else process.env['PROMETHEUS_MULTIPROC_DIR'] = before;
    }
  });
});

describe('the error', () => {
  test('lists every problem at once, in order, each with form, example and what was received', () => {
    const error = errorOf(() =>
      loadWriterConfig(
        {
          PROMETHEUS_MULTIPROC_DIR: 'postgres://app:hunter2@db.example.com/app',
          PROMSHARD_BACKEND: 'fast',
          PROMSHARD_INSTANCE: 'a\u001b[31m b',
        },
        { maxShardBytes: 12 },
      ),
    );
    expect(error).toMatchObject({ name: 'ConfigError', code: 'CONFIG_INVALID' });
    expect(error.message).toMatchInlineSnapshot(`
      "PROMETHEUS_MULTIPROC_DIR must name an existing, absolute directory that this process can use; the deployment provisions it, promshard never creates it.
        - PROMETHEUS_MULTIPROC_DIR is a relative path. Expected the absolute path of an existing directory that this process can write and search, for example PROMETHEUS_MULTIPROC_DIR=/run/promshard. Received "postgres://***@db.example.com/app".
        - PROMSHARD_BACKEND names no backend. Expected one of auto, mmap, pwrite, for example PROMSHARD_BACKEND=auto. Received "fast".
        - PROMSHARD_INSTANCE is empty, too long or has other characters. Expected 1 to 63 letters, digits, ".", "_", "-" or ":", the first a letter or digit, for example PROMSHARD_INSTANCE=worker-1. Received "a\\u{1b}[31m b".
        - PROMSHARD_MAX_SHARD_BYTES (given as the option "maxShardBytes") is less than 4096. Expected a whole number of bytes from 4096 to 1073741824, for example PROMSHARD_MAX_SHARD_BYTES=67108864. Received 12."
    `);
    expect(error.problems[1]).toEqual({
      variable: 'PROMSHARD_BACKEND',
      expected: 'one of auto, mmap, pwrite',
      example: 'PROMSHARD_BACKEND=auto',
      received: '"fast"',
      message:
        'PROMSHARD_BACKEND names no backend. Expected one of auto, mmap, pwrite, for example PROMSHARD_BACKEND=auto. Received "fast".',
    });
  });

  test('begins with the count when the directory is right', () => {
    const error = errorOf(() =>
      loadExporterConfig({ PROMETHEUS_MULTIPROC_DIR: dir, WORKER_METRICS_EXPORTER_PORT: '70000' }),
    );
    expect(error.message).toMatchInlineSnapshot(`
      "promshard's configuration has 1 problem.
        - WORKER_METRICS_EXPORTER_PORT is more than 65535. Expected a port, a whole number from 0 (any free port) to 65535, for example WORKER_METRICS_EXPORTER_PORT=9108. Received "70000"."
    `);
  });
});
