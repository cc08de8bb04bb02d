import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { MULTIPROC_DIR_INVALID_ERROR } from '@promshard/config';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const BIN = fileURLToPath(new URL('../dist/bin.js', import.meta.url));
let dir: string;

beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'promshard-exporter-'));
});

afterAll(() => rmSync(dir, { recursive: true }));

interface Run {
  readonly pid: number | undefined;
  readonly code: Promise<number | null>;
  readonly output: () => string;
  kill(signal: NodeJS.Signals): void;
  /** Resolves once the output matches. */
  says(pattern: RegExp): Promise<RegExpExecArray>;
}

function run(args: readonly string[], env: NodeJS.ProcessEnv = {}): Run {
  const child = spawn(process.execPath, [BIN, ...args], { env: { PATH: process.env['PATH'], ...env } });
  let output = '';
  const code = new Promise<number | null>((resolve) => child.once('close', resolve));
  const listeners = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      for (const listener of listeners) listener();
    });
  }
  return {
    pid: child.pid,
    code,
    output: () => output,
    kill: (signal) => child.kill(signal),
    says: (pattern) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const found = pattern.exec(output);
          if (found !== null) resolve(found);
        };
        listeners.add(look);
        void code.then(() => reject(new Error(`It ended without saying ${pattern}: ${output}`)));
        look();
      }),
  };
}

describe('promshard-exporter', () => {
  test.each(['SIGTERM', 'SIGINT'] as const)('serves read-only until %s, then ends with 0', async (signal) => {
    const exporter = run(['--dir', dir, '--port', '0']);
    const [, url = ''] = await exporter.says(/listening on (\S+), read-only under Node's permission model/);
    expect((await fetch(url)).status).toBe(200);
    exporter.kill(signal);
    expect(await exporter.code).toBe(0);
    expect(exporter.output().trim().split('\n')).toHaveLength(1);
  });

  test('maps shards where addons are allowed, and says so', async () => {
    const exporter = run(['--dir', dir, '--port', '0', '--allow-addons']);
    await exporter.says(/listening on \S+, read-only under Node's permission model, addons allowed\n/);
    exporter.kill('SIGTERM');
    expect(await exporter.code).toBe(0);
  });

  test('leaves nothing behind when it is killed', async () => {
    const exporter = run(['--dir', dir, '--port', '0']);
    const [, url = ''] = await exporter.says(/listening on (\S+),/);
    exporter.kill('SIGKILL');
    // Its standard output closes once the serving process is gone too.
    await exporter.code;
    await expect(fetch(url)).rejects.toThrow();
  });

  test('takes its settings from the environment, and prefers options', async () => {
    const exporter = run(['--port', '0'], {
      PROMETHEUS_MULTIPROC_DIR: dir,
      WORKER_METRICS_EXPORTER_PORT: '1',
    });
    await exporter.says(/listening on http:\/\/127\.0\.0\.1:\d+\/metrics/);
    exporter.kill('SIGTERM');
    expect(await exporter.code).toBe(0);
  });

  test('ends with 78 and every problem where the configuration is wrong', async () => {
    const exporter = run(['--port', '99999'], { PROMETHEUS_MULTIPROC_DIR: '/no/such/directory' });
    expect(await exporter.code).toBe(78);
    expect(exporter.output()).toContain(MULTIPROC_DIR_INVALID_ERROR);
    expect(exporter.output()).toContain('WORKER_METRICS_EXPORTER_PORT');
  });

  test('ends with 1 where it cannot listen', async () => {
    const first = run(['--dir', dir, '--port', '0']);
    const [, port = ''] = await first.says(/listening on http:\/\/127\.0\.0\.1:(\d+)/);
    const second = run(['--dir', dir, '--port', port]);
    expect(await second.code).toBe(1);
    expect(second.output()).toContain('EADDRINUSE');
    first.kill('SIGTERM');
    await first.code;
  });

  test('ends with 64 and its help for an unknown option', async () => {
    const exporter = run(['--prot', '1']);
    expect(await exporter.code).toBe(64);
    expect(exporter.output()).toContain('--port PORT');
  });

  test('--check starts nothing', async () => {
    const exporter = run(['--check', '--dir', dir]);
    expect(await exporter.code).toBe(0);
    expect(exporter.output()).toBe('promshard-exporter: the configuration is valid\n');
  });

  test('--check looks at the web configuration, and names what is wrong by key and line', async () => {
    const file = join(dir, 'web.yml');
    const check = async (text: string): Promise<Run> => {
      writeFileSync(file, text);
      const exporter = run(['--check', '--dir', dir, '--web.config.file', file]);
      await exporter.code;
      return exporter;
    };
    const right = await check('http_server_config: { headers: { X-Frame-Options: deny } }');
    expect([await right.code, right.output()]).toEqual([
      0,
      'promshard-exporter: the configuration is valid\n',
    ]);
    const wrong = await check('\nbasic_auth_users:\n  alice: hunter2\ntls_server_cofnig: {}\n');
    expect(await wrong.code).toBe(78);
    const subject = `  - PROMSHARD_WEB_CONFIG_FILE ${JSON.stringify(file)}`;
    expect(wrong.output()).toContain(
      `${subject} line 2: basic_auth_users has no bcrypt hash for "alice". Expected`,
    );
    expect(wrong.output()).toContain(
      `${subject} line 4: tls_server_cofnig is no key that is known here. Expected`,
    );
    expect(wrong.output()).not.toContain('hunter2');
    const unpaired = await check('tls_server_config: { cert_file: absent.crt, key: x }');
    expect(await unpaired.code).toBe(78);
    expect(unpaired.output()).toContain('cert_file names a file that cannot be read (ENOENT)');
    rmSync(file);
  });

  test('serves a landing page and health routes on request alone', async () => {
    const exporter = run(['--dir', dir, '--port', '0', '--landing-page', '--health-routes']);
    const [, url = ''] = await exporter.says(/listening on (\S+),/);
    const text = async (path: string): Promise<string> => (await fetch(new URL(path, url))).text();
    expect(await text('/')).toContain('<a href="metrics">');
    expect([await text('/-/healthy'), await text('/-/ready')]).toEqual(['healthy\n', 'ready\n']);
    exporter.kill('SIGTERM');
    expect(await exporter.code).toBe(0);
  });

  test.each([
    ['--help', /^promshard-exporter: serves/],
    ['--version', /^\d+\.\d+\.\d+\n$/],
  ])('%s needs no configuration', async (option, expected) => {
    const exporter = run([option]);
    expect(await exporter.code).toBe(0);
    expect(exporter.output()).toMatch(expected);
  });
});
