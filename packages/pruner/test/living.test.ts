import { readFileSync, writeFileSync } from 'node:fs';

import { describe, expect, test } from 'vitest';

import { thisHost } from '../src/host.js';
import type { PruneOptions } from '../src/prune.js';
import { prune } from '../src/prune.js';
import { writerCommand, type WriterKind } from './containers.js';
import {
  addonIsAbsent,
  mountsAreForbidden,
  namespacesAreForbidden,
  startProgram,
  startWriter,
} from './processes.js';
import { namesIn, samples, scratchDirectory } from './scratch.js';

/** The program of `sh -c`: makes the file `$0` stand for the kernel's boot id, and becomes the command that follows. */
const BIND_BOOT_ID = 'mount --bind "$0" /proc/sys/kernel/random/boot_id && exec "$@"';

const isInitialNamespace = thisHost().pidNamespace === 'pid:[4026531836]';

/** Runs the pruner, and gives its judgements by id; whatever it judges, no count may be lost. */
async function judge(dir: string, options: Partial<PruneOptions> = {}): Promise<Record<string, string>> {
  const before = await samples(dir);
  const report = await prune({ dir, ...options });
  if (report.kind !== 'done') throw new Error(JSON.stringify(report));
  expect((await samples(dir))['jobs_total']).toBe(before['jobs_total']);
  return Object.fromEntries(
    report.writers.map(({ id, liveness }) => [id, `${liveness.kind}: ${liveness.reason}`]),
  );
}

describe.skipIf(addonIsAbsent)('a writer with a lock (skipped where the addon is not compiled)', () => {
  test('lives until it is killed', async () => {
    const dir = scratchDirectory();
    const writer = await startWriter([dir, 'locked']);
    expect(await judge(dir)).toEqual({ [writer.id]: 'alive: lock-held' });
    await writer.kill();
    expect(await judge(dir)).toEqual({ [writer.id]: 'dead: lock-free' });
    expect(await judge(dir)).toEqual({});
  });

  test('lives while it is stopped', async () => {
    const dir = scratchDirectory();
    const writer = await startWriter([dir, 'locked']);
    writer.child.kill('SIGSTOP');
    expect(await judge(dir)).toEqual({ [writer.id]: 'alive: lock-held' });
  });

  test('lives in its process and in its thread apart', async () => {
    const dir = scratchDirectory();
    const process = await startWriter([dir, 'locked']);
    const thread = await startWriter([dir, 'locked', 'thread']);
    expect(await judge(dir)).toEqual({ [process.id]: 'alive: lock-held', [thread.id]: 'alive: lock-held' });
    thread.child.stdin.write('terminate\n');
    expect(await thread.line()).toBe('terminated');
    expect(await judge(dir)).toEqual({ [process.id]: 'alive: lock-held', [thread.id]: 'dead: lock-free' });
  });

  test('is judged by its process where the pruner has no addon', async () => {
    const dir = scratchDirectory();
    const writer = await startWriter([dir, 'locked']);
    expect(await judge(dir, { native: false })).toEqual({ [writer.id]: 'alive: process-runs' });
    await writer.kill();
    expect(await judge(dir, { native: false })).toEqual({ [writer.id]: 'dead: process-gone' });
  });

  describe.skipIf(namespacesAreForbidden)(
    'in another PID namespace (skipped where unshare is forbidden)',
    () => {
      const elsewhere = ['unshare', '--pid', '--fork', '--kill-child', '--mount-proc'];

      test('is judged by its lock, though two of them have one PID', async () => {
        const dir = scratchDirectory();
        const first = await startWriter([dir, 'locked'], elsewhere);
        const second = await startWriter([dir, 'locked'], elsewhere);
        expect(first.id.split('-')[0]).toBe(second.id.split('-')[0]);
        expect(await judge(dir)).toEqual({ [first.id]: 'alive: lock-held', [second.id]: 'alive: lock-held' });
        await first.kill();
        await expect
          .poll(() => judge(dir), { timeout: 20_000 })
          .toMatchObject({ [second.id]: 'alive: lock-held', [first.id]: 'dead: lock-free' });
      });

      test('and without a lock, is never judged', async () => {
        const dir = scratchDirectory();
        const writer = await startWriter([dir, 'unlocked'], elsewhere);
        await writer.kill();
        expect(await judge(dir)).toEqual({ [writer.id]: 'unknown: elsewhere' });
      });
    },
  );
});

describe.skipIf(process.platform !== 'linux')('a writer without a lock (Linux only)', () => {
  test('lives as long as its process', async () => {
    const dir = scratchDirectory();
    const writer = await startWriter([dir, 'unlocked']);
    expect(await judge(dir)).toEqual({ [writer.id]: 'alive: process-runs' });
    await writer.kill();
    expect(await judge(dir)).toEqual({ [writer.id]: 'dead: process-gone' });
  });

  test('lives while it is stopped', async () => {
    const dir = scratchDirectory();
    const writer = await startWriter([dir, 'unlocked']);
    writer.child.kill('SIGSTOP');
    expect(await judge(dir)).toEqual({ [writer.id]: 'alive: process-runs' });
  });

  test('lives in its process and in its thread together', async () => {
    const dir = scratchDirectory();
    const thread = await startWriter([dir, 'unlocked', 'thread']);
    thread.child.stdin.write('terminate\n');
    expect(await thread.line()).toBe('terminated');
    expect(await judge(dir)).toEqual({ [thread.id]: 'alive: process-runs' });
    await thread.kill();
    expect(await judge(dir)).toEqual({ [thread.id]: 'dead: process-gone' });
  });

  test('is dead though a younger process has its PID', async () => {
    const dir = scratchDirectory();
    const writer = await startWriter([dir, 'unlocked']);
    const host = thisHost();
    const younger = { ...host, startTimeOf: (pid: number) => `${host.startTimeOf(pid)}0` };
    expect(await judge(dir, { native: false, host: younger })).toEqual({ [writer.id]: 'dead: pid-reused' });
  });

  test('keeps its count for every later writer with its PID', async () => {
    const dir = scratchDirectory();
    for (let i = 0; i < 3; i++) {
      const writer = await startWriter([dir, 'unlocked']);
      await writer.kill();
      await judge(dir);
    }
    expect(await samples(dir)).toMatchObject({ jobs_total: 3 });
    expect(readFileSync(`${dir}/folded.json`, 'utf8')).toContain('"formatVersion":1');
  });
});

describe.skipIf(process.platform !== 'linux')(
  'a writer of either backend (Linux only)',
  { timeout: 60_000 },
  () => {
    const kinds: readonly WriterKind[] = addonIsAbsent ? ['unlocked'] : ['mmap', 'pwrite', 'unlocked'];

    test.each(kinds)(
      '(%s) lives though it is stopped for longer than anybody waits, and counts on',
      async (kind) => {
        const dir = scratchDirectory();
        const writer = startProgram(writerCommand(kind, dir));
        const id = await writer.line();
        await writer.ask('count 1');
        writer.child.kill('SIGSTOP');
        const before = namesIn(dir);
        for (const days of [0, 1, 365]) {
          const now = (): number => Date.now() + days * 86_400_000;
          expect(await judge(dir, { now })).toEqual({
            [id]: kind === 'unlocked' ? 'alive: process-runs' : 'alive: lock-held',
          });
        }
        expect(namesIn(dir)).toEqual(expect.arrayContaining(before));
        writer.child.kill('SIGCONT');
        await writer.ask('count 10');
        expect(await samples(dir)).toMatchObject({ jobs_total: 11, level: 10 });
        await writer.kill();
        await judge(dir);
        expect(await samples(dir)).toMatchObject({ jobs_total: 11 });
      },
    );

    test.each(kinds)('(%s) is dead though nobody has waited for it', async (kind) => {
      const dir = scratchDirectory();
      // The shell becomes a program that never waits for its children.
      const parent = startProgram([
        'sh',
        '-c',
        '"$@" </dev/null & exec sleep 1000',
        'sh',
        ...writerCommand(kind, dir),
      ]);
      const id = await parent.line();
      const pid = Number(id.split('-')[0]);
      process.kill(pid, 'SIGKILL');
      await expect
        .poll(() => readFileSync(`/proc/${pid}/stat`, 'utf8'), { timeout: 20_000 })
        .toMatch(/\) Z /);
      // Its main thread is a zombie a moment before its other threads let go of the files.
      await expect
        .poll(() => judge(dir), { timeout: 20_000 })
        .toEqual({ [id]: kind === 'unlocked' ? 'dead: process-gone' : 'dead: lock-free' });
    });

    test.each(kinds)('(%s) hands over at once when it closes its store', async (kind) => {
      const dir = scratchDirectory();
      const writer = startProgram(writerCommand(kind, dir));
      const id = await writer.line();
      await writer.ask('count 7');
      await writer.ask('close');
      expect(await judge(dir)).toEqual({ [id]: kind === 'unlocked' ? 'dead: closed' : 'dead: lock-free' });
      expect(namesIn(dir).filter((name) => name.includes(id))).toEqual([]);
      expect(await samples(dir)).toMatchObject({ jobs_total: 7 });
      expect(writer.child.exitCode).toBeNull();
    });

    test.each(kinds)('(%s) in a thread is judged by its lock, or by its process', async (kind) => {
      const dir = scratchDirectory();
      const writer = startProgram(writerCommand(kind, dir, 'thread'));
      const id = await writer.line();
      await writer.ask('count 7');
      await writer.ask('terminate');
      expect(await judge(dir)).toEqual({
        [id]: kind === 'unlocked' ? 'alive: process-runs' : 'dead: lock-free',
      });
      await writer.kill();
      await judge(dir);
      expect(await samples(dir)).toMatchObject({ jobs_total: 7 });
    });

    test('that ran before this machine was started is dead, though its PID is in use', async () => {
      const dir = scratchDirectory();
      const writer = startProgram(writerCommand('unlocked', dir));
      const id = await writer.line();
      await writer.ask('count 3');
      await writer.kill();
      // A process has its PID in the boot that is now.
      const host = { ...thisHost(), bootId: 'boot-after', exists: () => true };
      expect(await judge(dir, { host })).toEqual({
        [id]: isInitialNamespace ? 'dead: boot-over' : 'unknown: elsewhere',
      });
    });

    test.skipIf(mountsAreForbidden)(
      'whose kernel says another boot id is of another boot (skipped where mount is not allowed)',
      async () => {
        const dir = scratchDirectory();
        const bootIdFile = `${scratchDirectory()}/boot_id`;
        writeFileSync(bootIdFile, '11111111-2222-4333-8444-555555555555\n');
        const before = ['unshare', '--mount', 'sh', '-c', BIND_BOOT_ID, bootIdFile];
        const writer = startProgram([...before, ...writerCommand('unlocked', dir)]);
        const id = await writer.line();
        await writer.ask('count 3');
        expect(JSON.parse(readFileSync(`${dir}/${id}.owner`, 'utf8'))).toMatchObject({
          bootId: '11111111-2222-4333-8444-555555555555',
          pidNamespace: thisHost().pidNamespace,
          locked: false,
        });
        await writer.kill();
        expect(await judge(dir)).toEqual({
          [id]: isInitialNamespace ? 'dead: boot-over' : 'unknown: elsewhere',
        });
        expect(await samples(dir)).toMatchObject({ jobs_total: 3 });
      },
    );

    test.skipIf(mountsAreForbidden || namespacesAreForbidden)(
      'whose container has a boot id of its own is kept (skipped where mount is not allowed)',
      async () => {
        const dir = scratchDirectory();
        const bootIdFile = `${scratchDirectory()}/boot_id`;
        writeFileSync(bootIdFile, '11111111-2222-4333-8444-555555555555\n');
        const container = ['unshare', '--pid', '--fork', '--kill-child', '--mount-proc'];
        const before = [...container, 'sh', '-c', BIND_BOOT_ID, bootIdFile];
        const writer = startProgram([...before, ...writerCommand('unlocked', dir)]);
        const id = await writer.line();
        await writer.ask('count 3');
        expect(await judge(dir)).toEqual({ [id]: 'unknown: elsewhere' });
        await writer.ask('count 4');
        expect(await samples(dir)).toMatchObject({ jobs_total: 7 });
      },
    );

    test('whose record is damaged is kept, dead or alive', async () => {
      const dir = scratchDirectory();
      const writer = startProgram(writerCommand('unlocked', dir));
      const id = await writer.line();
      await writer.ask('count 3');
      writeFileSync(`${dir}/${id}.owner`, '{"formatVersion":1,');
      await writer.kill();
      expect(await judge(dir)).toEqual({ [id]: 'unknown: damaged-record' });
      expect(await samples(dir)).toMatchObject({ jobs_total: 3 });
    });
  },
);
