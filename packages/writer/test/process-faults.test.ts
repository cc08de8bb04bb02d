import { execFile, execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { parseOwnerRecord } from '@promshard/shard-format';
import { describe, expect, onTestFinished, test, vi } from 'vitest';

import { readDirectory, temporaryDirectory } from './directory.js';
import { expectAllCounted, startRemoteWriter } from './remote-writer.js';
import { backends, hasAddon, hasPidNamespaces, hasShiftedClock } from './tools.js';

vi.setConfig({ testTimeout: 60_000 });

/** A user whom file modes hold; root is told apart from the others by them not holding it. */
const NOBODY = 65_534;
const isRoot = process.getuid?.() === 0;

describe.each(backends)('on the %s backend', (backend) => {
  // Node's own loader holds many files open for a moment.
  const limited = ['bash', '-c', 'ulimit -n 512 && exec "$@"', 'bash'];

  test('without a file descriptor left, shards grow, and new ones wait until there is one', async () => {
    const dir = temporaryDirectory();
    const writer = startRemoteWriter(limited);
    await writer.open({ dir, backend });
    await writer.count(0, 10);
    expect(await writer.exhaustDescriptors()).toBe('EMFILE');
    await writer.count(0, 200);
    await writer.set('max', 3);
    await writer.problem('write-failed', false);
    await writer.count(0, 300);
    // What has its file goes on reaching it, and grows in it.
    await writer.report();
    expect(readDirectory(dir).values).toMatchObject({ 'c_total n="0"': 3, 'c_total n="299"': 1 });
    await writer.releaseDescriptors();
    await writer.problem('write-failed', true);
    await writer.count(0, 310);
    const report = await writer.report();
    expect(report.problems).toHaveLength(2);
    expectAllCounted(dir, report);
    expect(readDirectory(dir).values).toMatchObject({
      'promshard_store_faults_total code="write-failed"': 1,
    });
  });

  test('a store that is opened without a file descriptor left comes to its files, and its backend, later', async () => {
    const dir = temporaryDirectory();
    const writer = startRemoteWriter(limited);
    expect(await writer.exhaustDescriptors()).toBe('EMFILE');
    const { shardId } = await writer.open({ dir, backend: backend === 'mmap' ? 'auto' : 'pwrite' });
    await writer.count(0, 50);
    await writer.problem('write-failed', false);
    expect(readdirSync(dir)).toEqual([]);
    await writer.releaseDescriptors();
    await writer.problem('write-failed', true);
    await writer.count(0, 60);
    const report = await writer.report();
    expect(report.backend).toBe(backend);
    expect(report.problems).toHaveLength(2);
    expectAllCounted(dir, report);
    const record = parseOwnerRecord(readFileSync(join(dir, `${shardId}.owner`), 'utf8'));
    expect(record).toMatchObject({ locked: hasAddon, processStartTime: expect.stringMatching(/^[0-9]+$/) });
  });

  test('a directory that may not be written any more keeps its files up to date; new ones come when it may be', async () => {
    const { dir, writer } = await writerWithoutPrivileges();
    await writer.open({ dir, backend });
    await writer.count(0, 10);
    chmodSync(dir, 0o555);
    await writer.count(0, 100);
    await writer.set('max', 3);
    await writer.problem('write-failed', false);
    expect(readDirectory(dir).values).toMatchObject({ 'c_total n="0"': 2, 'c_total n="99"': 1 });
    chmodSync(dir, 0o777);
    await writer.problem('write-failed', true);
    await writer.count(0, 110);
    expectAllCounted(dir, await writer.report());
  });

  test('a directory that may not be searched any more is waited for', async () => {
    const { dir, writer } = await writerWithoutPrivileges();
    await writer.open({ dir, backend });
    await writer.count(0, 10);
    chmodSync(dir, 0);
    await writer.problem('directory-lost', false);
    await writer.count(0, 100);
    await writer.set('max', 3);
    chmodSync(dir, 0o777);
    await writer.problem('directory-lost', true);
    await writer.count(0, 110);
    const report = await writer.report();
    expectAllCounted(dir, report);
    // Its files were there all the time: none was made anew.
    expect(readdirSync(dir).filter((name) => name.endsWith('.owner'))).toHaveLength(1);
  });
});

test.skipIf(!hasPidNamespaces)(
  'a PID that is used again, and one that is used in two namespaces at once, never share a file (skipped where PID namespaces are not allowed)',
  async () => {
    const dir = temporaryDirectory();
    const fixture = fileURLToPath(new URL('fixtures/count-and-leave.mjs', import.meta.url));
    const [backend = 'pwrite'] = backends;
    // The first process of the namespace makes both writers; the kernel is told which PID to give next.
    const script = `
      set -u
      "$0" "$@" & first=$!; wait $first
      echo $((first - 1)) > /proc/sys/kernel/ns_last_pid
      "$0" "$@" & second=$!; wait $second
      echo "$first $second"`;
    const run = promisify(execFile);
    const args = ['--pid', '--fork', '--mount-proc', 'bash', '-c', script];
    const namespaces = await Promise.all(
      [0, 1].map(() => run('unshare', [...args, process.execPath, fixture, dir, backend, 'kill'])),
    );
    const pids = new Set(namespaces.flatMap(({ stdout }) => stdout.trim().split(' ')));
    expect(pids.size).toBe(1);
    const owners = readdirSync(dir).filter((name) => name.endsWith('.owner'));
    expect(owners).toHaveLength(4);
    const records = owners.map((name) => parseOwnerRecord(readFileSync(join(dir, name), 'utf8')));
    expect(new Set(records.map((record) => `${record?.pid}`))).toEqual(pids);
    expect(new Set(records.map((record) => record?.pidNamespace)).size).toBe(2);
    expect(readDirectory(dir)).toEqual({ values: { left_total: 4 * 7 }, problems: [] });
  },
);

test.skipIf(!hasShiftedClock)(
  'a clock that jumps, forth and back, costs no count and no look after the files (skipped without a C compiler)',
  async () => {
    const [root, dir] = [temporaryDirectory(), temporaryDirectory()];
    const [library, shift] = [join(root, 'shifted-clock.so'), join(root, 'shift')];
    const source = fileURLToPath(new URL('fixtures/shifted-clock.c', import.meta.url));
    execFileSync('cc', ['-shared', '-fPIC', '-o', library, source, '-ldl']);
    const shiftBy = (seconds: number): void =>
      writeFileSync(shift, new Float64Array([seconds]), { flag: 'r+' });
    writeFileSync(shift, new Float64Array(1));
    const writer = startRemoteWriter([], { LD_PRELOAD: library, SHIFTED_CLOCK_FILE: shift });
    await writer.open({ dir });
    const year = 365 * 86_400;
    for (const [i, seconds] of [0, year, -10 * year, -56 * year].entries()) {
      shiftBy(seconds);
      await writer.count(0, 20 * i);
      await writer.set('mostrecent', i);
      const report = await writer.report();
      expect(Math.abs(report.time - Date.now() - seconds * 1000)).toBeLessThan(60_000);
      expectAllCounted(dir, report);
      for (const name of readdirSync(dir)) rmSync(join(dir, name));
      await vi.waitFor(
        async () => {
          const { problems } = await writer.report();
          expect(problems.filter(({ resolved }) => resolved)).toHaveLength(i + 1);
        },
        { timeout: 30_000, interval: 50 },
      );
    }
    expectAllCounted(dir, await writer.report());
  },
);

/** A writer that is not root, and a directory of which it depends on the mode. */
async function writerWithoutPrivileges() {
  const dir = join(temporaryDirectory(), 'shared');
  mkdirSync(dir);
  chmodSync(join(dir, '..'), 0o755);
  chmodSync(dir, 0o777);
  onTestFinished(() => chmodSync(dir, 0o777));
  const writer = startRemoteWriter();
  if (isRoot) await writer.becomeUser(NOBODY);
  return { dir, writer };
}
