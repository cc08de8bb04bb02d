import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
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

  test.each([
    ['--help', /^promshard-exporter: serves/],
    ['--version', /^\d+\.\d+\.\d+\n$/],
  ])('%s needs no configuration', async (option, expected) => {
    const exporter = run([option]);
    expect(await exporter.code).toBe(0);
    expect(exporter.output()).toMatch(expected);
  });
});
