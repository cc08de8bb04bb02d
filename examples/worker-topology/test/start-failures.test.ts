import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

import { MULTIPROC_DIR_INVALID_ERROR } from '@promshard/config';
import { afterAll, beforeAll, expect, test } from 'vitest';

const example = new URL('..', import.meta.url);
const worker = new URL('dist/worker.js', example);
const exporter = new URL('node_modules/@promshard/exporter/dist/bin.js', example);

/** A user that owns nothing and is in no group. */
const NOBODY = 65_534;

/** How a program ended that was to end by itself. */
interface End {
  readonly code: number;
  readonly stderr: string;
}

/**
 * Runs a program as an ordinary user. Root may write everywhere, so a process that is root gives that up, for
 * good, before the program's own first line, yet after its modules have been read: the checkout may be one
 * that only root can read. ES modules are all read before the first of them runs; the others are imported
 * ahead by name.
 */
async function runAsOrdinaryUser(program: URL, multiprocDir: string | undefined): Promise<End> {
  const giveUpRoot = `if (process.getuid?.() === 0) {
    process.setgroups([]); process.setgid(${NOBODY}); process.setuid(${NOBODY});
  }`;
  const modules = [
    'pg-boss',
    'prom-client',
    `data:text/javascript,${encodeURIComponent(giveUpRoot)}`,
    program.href,
  ];
  const script = modules.map((name) => `import ${JSON.stringify(name)};`).join('\n');
  // The broker's address is one where nothing answers: the directory is looked at first.
  const env: NodeJS.ProcessEnv = { ...process.env, DATABASE_URL: 'postgres://127.0.0.1:1/none' };
  delete env['PROMETHEUS_MULTIPROC_DIR'];
  if (multiprocDir !== undefined) env['PROMETHEUS_MULTIPROC_DIR'] = multiprocDir;
  try {
    await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script], {
      cwd: example,
      env,
      timeout: 30_000,
    });
    return { code: 0, stderr: '' };
  } catch (error) {
    const { code, stderr } = error as { code: number; stderr: string };
    return { code, stderr };
  }
}

let root: string;

beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'worker-topology-start-'));
  await chmod(root, 0o755);
  await writeFile(path.join(root, 'file'), '');
  await mkdir(path.join(root, 'locked'));
  await chmod(path.join(root, 'locked'), 0o000);
});

afterAll(async () => {
  await rm(root, { recursive: true, force: true });
});

const CASES: [what: string, dir: () => string | undefined][] = [
  ['unset', () => undefined],
  ['relative', () => 'shards'],
  ['missing', () => path.join(root, 'missing')],
  ['a file', () => path.join(root, 'file')],
  ['not permitted', () => path.join(root, 'locked')],
];

test.each(CASES)('a worker does not start when the directory is %s', async (_what, dir) => {
  const { code, stderr } = await runAsOrdinaryUser(worker, dir());
  expect(stderr.split('\n')[0]).toBe(`worker: ${MULTIPROC_DIR_INVALID_ERROR}`);
  expect(code).toBe(78);
});

test.each(CASES)('the exporter does not start when the directory is %s', async (_what, dir) => {
  const { code, stderr } = await runAsOrdinaryUser(exporter, dir());
  expect(stderr.split('\n')[0]).toBe(`promshard-exporter: ${MULTIPROC_DIR_INVALID_ERROR}`);
  expect(code).toBe(78);
});

test('a worker does not start when the directory is readable and not writable', async () => {
  const readOnly = path.join(root, 'read-only');
  await mkdir(readOnly);
  await chmod(readOnly, 0o555);

  const { code, stderr } = await runAsOrdinaryUser(worker, readOnly);
  expect(stderr.split('\n')[0]).toBe(`worker: ${MULTIPROC_DIR_INVALID_ERROR}`);
  expect(stderr).toContain('not writable');
  expect(code).toBe(78);
});
