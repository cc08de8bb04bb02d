import { execFile } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { describe, expect, test } from 'vitest';

import { temporaryDirectory } from '../support/temporary-directory.js';

const CONFIG_EXIT_CODE = 78;
const USAGE_EXIT_CODE = 64;
const DIR_ERROR =
  'PROMETHEUS_MULTIPROC_DIR must name an existing, absolute directory that this process can use; ' +
  'the deployment provisions it, promshard never creates it.';

const bin = (name: string): string =>
  fileURLToPath(new URL(`../../packages/${name}/dist/bin.js`, import.meta.url));

interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function run(program: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<Outcome> {
  return new Promise((resolve) => {
    // Whatever starts in spite of its configuration is stopped, and then has no exit code.
    const options = { env: { PATH: process.env['PATH'], ...env }, timeout: 20_000 };
    execFile(process.execPath, [program, ...args], options, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code ?? -1), stdout, stderr });
    });
  });
}

/** What can be wrong with a number between 0 or more and its bound. */
const NOT_NUMBERS = [
  'abc',
  '-1',
  '1.5',
  '1e3',
  '0x10',
  ' 5000',
  '5000 ',
  '010',
  '99999999999999999999',
  '1,000',
];
const NOT_DIRECTORIES = [
  '',
  ' ',
  'metrics',
  './metrics',
  '~/metrics',
  '/absent/metrics',
  '/etc/hostname',
  '/etc/hostname/x',
];

const wrongFor = (variable: string, values: readonly string[]): readonly (readonly [string, string])[] =>
  values.map((value) => [variable, value] as const);

const COMMON = [
  ...wrongFor('PROMETHEUS_MULTIPROC_DIR', NOT_DIRECTORIES),
  ...wrongFor('PROMSHARD_CONFIG', ['promshard.json', '/absent.json', '/etc', '/etc/hostname']),
  ...wrongFor('PROMSHARD_BACKND', ['hunter2']),
];

const PROGRAMS = [
  {
    name: 'exporter',
    args: [],
    options: {
      '--dir': NOT_DIRECTORIES,
      '--host': ['[::1]', 'http://a', 'a b'],
      '--port': NOT_NUMBERS,
      '--label-policy': ['none', 'STANDARD'],
      '--socket-mode': ['660', 'rw'],
      '--max-in-flight': ['0', 'x'],
      '--max-connections': ['9'],
      '--web.config.file': ['/absent/web.yml', '/etc'],
    },
    wrong: [
      ...COMMON,
      ...wrongFor('WORKER_METRICS_EXPORTER_HOST', ['[::1]', 'http://a', 'a:1', 'a b', '127.1', '*', ' ']),
      ...wrongFor('WORKER_METRICS_EXPORTER_PORT', [...NOT_NUMBERS, '65536']),
      ...wrongFor('PROMSHARD_LABEL_POLICY', ['none', 'true', 'STANDARD', ' off']),
      ...wrongFor('WORKER_METRICS_EXPORTER_HOST', ['unix:', 'unix:run/x.sock']),
      ...wrongFor('PROMSHARD_SOCKET_MODE', ['660', '0888', 'rw']),
      ...wrongFor('PROMSHARD_SYSTEMD_SOCKET', ['yes', '1', 'true']),
      ...wrongFor('PROMSHARD_LANDING_PAGE', ['yes']),
      ...wrongFor('PROMSHARD_HEALTH_ROUTES', ['on']),
      ...wrongFor('PROMSHARD_MAX_SCRAPES_IN_FLIGHT', ['0', '10001', '1.5']),
      ...wrongFor('PROMSHARD_MAX_CONNECTIONS', ['9', '100001']),
      ...wrongFor('PROMSHARD_WEB_CONFIG_FILE', ['web.yml', '/absent/web.yml', '/etc']),
      ...wrongFor('PROMSHARD_MAX_SCRAPE_FILES', ['0']),
      ...wrongFor('PROMSHARD_MAX_SCRAPE_BYTES', ['4095']),
      ...wrongFor('PROMSHARD_MAX_SCRAPE_SERIES', ['0']),
    ],
  },
  {
    name: 'pruner',
    args: ['--watch'],
    options: { '--dir': NOT_DIRECTORIES },
    wrong: [
      ...COMMON,
      ...wrongFor('PROMSHARD_PRUNE_INTERVAL_MS', [...NOT_NUMBERS, '9', '2147483648']),
      ...wrongFor('PROMSHARD_MAX_FILES', [...NOT_NUMBERS, '0', '1000001']),
      ...wrongFor('PROMSHARD_MAX_DIR_BYTES', [...NOT_NUMBERS, '4095']),
      ...wrongFor('PROMSHARD_ALLOW_NETWORK_FS', ['yes', '1', 'TRUE']),
    ],
  },
] as const;

/** One error that names the variable, on standard error alone, without a stack. */
function expectConfigError(program: string, outcome: Outcome, variable: string): void {
  expect(outcome).toMatchObject({ code: CONFIG_EXIT_CODE, stdout: '' });
  const lines = outcome.stderr.trimEnd().split('\n');
  expect(lines).toHaveLength(2);
  expect(lines[0]).toBe(
    variable === 'PROMETHEUS_MULTIPROC_DIR'
      ? `promshard-${program}: ${DIR_ERROR}`
      : `promshard-${program}: promshard's configuration has 1 problem.`,
  );
  expect(lines[1]).toMatch(new RegExp(`^  - ${variable} .+ Expected .+, for example .+ Received .+\\.$`));
  expect(outcome.stderr).not.toContain('hunter2');
}

describe.each(PROGRAMS)('promshard-$name', ({ name, args, wrong, options }) => {
  test(
    'says of each wrong variable one thing, exits with 78 and starts nothing',
    { timeout: 120_000 },
    async () => {
      const dir = temporaryDirectory();
      const unchecked = [...wrong];
      const worker = async (): Promise<void> => {
        for (let next = unchecked.pop(); next !== undefined; next = unchecked.pop()) {
          const [variable, value] = next;
          const env = { PROMETHEUS_MULTIPROC_DIR: dir, [variable]: value };
          expectConfigError(name, await run(bin(name), args, env), variable);
        }
      };
      await Promise.all([worker(), worker()]);
      expect(readdirSync(dir)).toEqual([]);
    },
  );

  test('says the same of its options', { timeout: 120_000 }, async () => {
    const variables: Readonly<Record<string, string>> = {
      '--dir': 'PROMETHEUS_MULTIPROC_DIR',
      '--host': 'WORKER_METRICS_EXPORTER_HOST',
      '--port': 'WORKER_METRICS_EXPORTER_PORT',
      '--label-policy': 'PROMSHARD_LABEL_POLICY',
      '--socket-mode': 'PROMSHARD_SOCKET_MODE',
      '--max-in-flight': 'PROMSHARD_MAX_SCRAPES_IN_FLIGHT',
      '--max-connections': 'PROMSHARD_MAX_CONNECTIONS',
      '--web.config.file': 'PROMSHARD_WEB_CONFIG_FILE',
    };
    const dir = temporaryDirectory();
    for (const [option, values] of Object.entries(options)) {
      for (const value of values) {
        const outcome = await run(bin(name), [...args, `${option}=${value}`], {
          PROMETHEUS_MULTIPROC_DIR: dir,
        });
        expectConfigError(name, outcome, variables[option] ?? '');
      }
    }
    expect(readdirSync(dir)).toEqual([]);
  });

  test.each([
    ['an option that does not exist', ['--prot', '1']],
    ['an option without its value', ['--dir']],
    ['a positional argument', ['/run/metrics']],
  ])('exits with 64 for %s', async (_what, given) => {
    const outcome = await run(bin(name), [...args, ...given], {});
    expect(outcome).toMatchObject({ code: USAGE_EXIT_CODE, stdout: '' });
    expect(outcome.stderr).toContain(`promshard-${name}: `);
  });

  test('lists every problem of every source at once', async () => {
    const dir = temporaryDirectory();
    const file = join(dir, 'promshard.json');
    writeFileSync(file, JSON.stringify({ dir: 'relative', port: 'x', maxFiles: 0, hsot: 'hunter2' }));
    const env = {
      PROMSHARD_CONFIG: file,
      WORKER_METRICS_EXPORTER_HOST: 'a b',
      PROMSHARD_MAX_DIR_BYTES: 'x',
      PROMSHARD_INTERVAL_MS: 'hunter2',
    };
    const { code, stderr, stdout } = await run(bin(name), args, env);
    expect({ code, stdout }).toEqual({ code: CONFIG_EXIT_CODE, stdout: '' });
    const subjects = stderr.match(/(?<=^ {2}- )(?:"\w+"|\w+)/gm);
    expect(subjects).toEqual([
      'PROMETHEUS_MULTIPROC_DIR',
      ...(name === 'exporter'
        ? ['WORKER_METRICS_EXPORTER_HOST', 'WORKER_METRICS_EXPORTER_PORT']
        : ['PROMSHARD_MAX_FILES', 'PROMSHARD_MAX_DIR_BYTES']),
      '"hsot"',
      'PROMSHARD_INTERVAL_MS',
    ]);
    expect(stderr).not.toContain('hunter2');
  });

  test('names what stands in the way of its directory', async () => {
    const dir = temporaryDirectory();
    writeFileSync(join(dir, 'file'), '');
    symlinkSync(join(dir, 'gone'), join(dir, 'dangling'));
    symlinkSync(join(dir, 'loop'), join(dir, 'loop'));
    const reasons = {
      absent: 'does not exist',
      'absent/deep': 'the first missing parent is',
      file: 'is not a directory',
      'file/below': 'is not a directory',
      dangling: 'whose target does not exist',
      loop: '(ELOOP)',
    };
    for (const [path, reason] of Object.entries(reasons)) {
      const outcome = await run(bin(name), args, { PROMETHEUS_MULTIPROC_DIR: join(dir, path) });
      expectConfigError(name, outcome, 'PROMETHEUS_MULTIPROC_DIR');
      expect(outcome.stderr).toContain(reason);
    }
  });
});

test('a link to a directory is followed', async () => {
  const dir = temporaryDirectory();
  mkdirSync(join(dir, 'real'));
  chmodSync(join(dir, 'real'), 0o755);
  symlinkSync(join(dir, 'real'), join(dir, 'link'));
  expect(
    await run(bin('exporter'), ['--check'], { PROMETHEUS_MULTIPROC_DIR: join(dir, 'link') }),
  ).toMatchObject({ code: 0 });
});
