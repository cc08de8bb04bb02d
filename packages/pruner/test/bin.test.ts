import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { unlinkSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

import { MULTIPROC_DIR_INVALID_ERROR } from '@promshard/config';
import { describe, expect, onTestFinished, test } from 'vitest';

import { thisHost } from '../src/host.js';
import { mountsAreForbidden, runNode, type Ended } from './processes.js';
import { namesIn, putWriter, samples, scratchDirectory } from './scratch.js';

const BIN = fileURLToPath(new URL('../dist/bin.js', import.meta.url));
const { bootId, pidNamespace } = thisHost();

const putDead = (dir: string): string => putWriter(dir, 2 ** 30, { record: { bootId, pidNamespace } });

const run = (args: string[], env: NodeJS.ProcessEnv = {}): Promise<Ended> =>
  runNode([BIN, ...args], { PROMETHEUS_MULTIPROC_DIR: undefined, ...env });

describe.skipIf(process.platform !== 'linux')('promshard-pruner (Linux only)', () => {
  test('runs once, on the directory of the environment', async () => {
    const dir = scratchDirectory();
    const id = putDead(dir);
    const { code, stdout } = await run([], { PROMETHEUS_MULTIPROC_DIR: dir });
    expect(code).toBe(0);
    expect(stdout).toBe(
      `${dir}, generation 2: 1 shards folded, 0 dropped, 5 files deleted, 0 left\n` +
        `  ${id.padEnd(28)} dead    1 shards: no living process has its PID\n`,
    );
    expect(await samples(dir)).toMatchObject({ jobs_total: 1 });
  });

  test('dry, prints the plan and changes nothing', async () => {
    const dir = scratchDirectory();
    const id = putDead(dir);
    const before = namesIn(dir);
    const { code, stdout } = await run(['--dry-run', '--json', '--dir', dir]);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ kind: 'done', dryRun: true, folded: [`counter_${id}.db`] });
    expect(namesIn(dir)).toEqual(before);
  });

  test('dry, prints a table too', async () => {
    const dir = scratchDirectory();
    const id = putWriter(dir, 2 ** 30, { record: { bootId, pidNamespace }, gauges: { liveall: 1, max: 2 } });
    writeFileSync(`${dir}/counter_4711.db`, '');
    const { code, stdout } = await run(['--dry-run', '--dir', dir]);
    expect(code).toBe(0);
    expect(stdout).toBe(
      `${dir}, generation 0: 2 shards would be folded, 1 would be dropped, 4 files would be deleted, 0 left\n` +
        `  ${'WRITER'.padEnd(id.length)}  STATE    SHARDS          WHY\n` +
        `  ${id}  dead     fold 2, drop 1  no living process has its PID\n` +
        `  ${'4711'.padEnd(id.length)}  unknown  keep 1          it has no owner record, as shards of other libraries\n`,
    );
  });

  test.skipIf(mountsAreForbidden)(
    'says that a directory is read-only (skipped where nothing can be mounted)',
    async () => {
      const dir = scratchDirectory();
      putDead(dir);
      const inside = ['mount --bind "$1" "$1"', 'mount -o remount,bind,ro "$1"', 'shift', 'exec "$@"'].join(
        ' && ',
      );
      const asked = ['unshare', '--mount', 'sh', '-c', inside, 'sh', dir, process.execPath, BIN];
      for (const args of [['--once'], ['--watch'], ['reset']]) {
        const { status, stdout, stderr } = spawnSync(
          asked[0] ?? '',
          [...asked.slice(1), ...args, '--dir', dir],
          {
            encoding: 'utf8',
            timeout: 20_000,
          },
        );
        expect({ status, stdout }).toEqual({ status: 78, stdout: '' });
        expect(stderr).toContain('mounted read-only');
      }
      expect(await samples(dir)).toEqual({ jobs_total: 1 });
    },
  );

  test('empties a directory of the dead, and refuses where anybody may live', async () => {
    const dir = scratchDirectory();
    const id = putWriter(dir, process.pid, { record: { bootId, pidNamespace, processStartTime: null } });
    putDead(dir);
    const refused = await run(['reset', '--dir', dir]);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toBe(
      `${dir} was not emptied: of 1 writers it is not known that they are dead.\n` +
        `  ${id.padEnd(28)} alive   its process runs\n` +
        'Stop them first. Where that cannot be told from here, make sure of it, and delete the files by hand.\n',
    );
    expect(await samples(dir)).toEqual({ jobs_total: 2 });
    unlinkSync(`${dir}/${id}.owner`);
    unlinkSync(`${dir}/counter_${id}.db`);
    const { code, stdout } = await run(['reset', '--json', '--dir', dir]);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ kind: 'done', strange: [], left: [] });
    expect(namesIn(dir)).toEqual([]);
  });

  test('watches until it is told to stop', async () => {
    const dir = scratchDirectory();
    putDead(dir);
    const child = spawn(process.execPath, [BIN, '--watch', '--json', '--dir', dir], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    const [line]: unknown[] = await once(createInterface({ input: child.stdout }), 'line');
    expect(JSON.parse(String(line))).toMatchObject({ kind: 'done', generation: 2 });
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([0, null]);
  });

  test('ends with 1 and the reason where a run fails', async () => {
    const dir = scratchDirectory();
    putDead(dir);
    await run(['--dir', dir]);
    for (const name of ['folded.json', 'folded-2.json']) unlinkSync(`${dir}/${name}`);
    const { code, stdout } = await run(['--json', '--dir', dir]);
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      kind: 'failed',
      error: { code: 'pointer-damaged', message: expect.stringContaining('is missing') },
    });
  });
});

test('a directory that is not set ends with 78 and the canonical error', async () => {
  const { code, stderr } = await run([]);
  expect(code).toBe(78);
  expect(stderr).toContain(MULTIPROC_DIR_INVALID_ERROR);
});

test.each([
  [['--help'], 0, 'stdout', 'promshard-pruner: folds'],
  [['--version'], 0, 'stdout', '0.'],
  [['--wat'], 64, 'stderr', "Unknown option '--wat'"],
] as const)('%j ends with %i', async (args, code, stream, text) => {
  const ended = await run([...args]);
  expect(ended.code).toBe(code);
  expect(ended[stream]).toContain(text);
});
