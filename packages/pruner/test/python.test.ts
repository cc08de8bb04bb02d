import { spawnSync } from 'node:child_process';
import { linkSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { loadNative } from '@promshard/native';
import { describe, expect, test } from 'vitest';

import { openPruneDirectory, type PruneDirectory } from '../src/prune-directory.js';
import type { PruneDone } from '../src/prune-report.js';
import { prune, type PruneOptions } from '../src/prune.js';
import {
  addonIsAbsent,
  namespacesAreForbidden,
  python,
  startProgram,
  type WriterProcess,
} from './processes.js';
import { namesIn, samples, scratchDirectory } from './scratch.js';

const script = (name: string): string => fileURLToPath(new URL(`./fixtures/${name}.py`, import.meta.url));

interface PythonProcess extends WriterProcess {
  readonly pid: string;
}

/** Starts a Python process that counts; `prefix` runs it elsewhere. */
async function startPython(
  dir: string,
  { name, prefix = [] }: { name?: string; prefix?: readonly string[] } = {},
): Promise<PythonProcess> {
  const command = [...prefix, python ?? '', script('python_writer'), ...(name === undefined ? [] : [name])];
  const writer = startProgram(command, { PROMETHEUS_MULTIPROC_DIR: dir });
  return { ...writer, pid: await writer.line() };
}

/** What Python's own collector shows. */
function collectedByPython(dir: string): Record<string, number> {
  const env = { ...process.env, PROMETHEUS_MULTIPROC_DIR: dir };
  const { stdout, stderr } = spawnSync(python ?? '', [script('python_collector')], { env, encoding: 'utf8' });
  if (stdout === '') throw new Error(stderr);
  return JSON.parse(stdout) as Record<string, number>;
}

/** Folds Python's shards too. */
async function fold(dir: string, options: Partial<PruneOptions> = {}): Promise<PruneDone> {
  const report = await prune({ dir, foreignWriters: 'fold', ...options });
  if (report.kind !== 'done') throw new Error(JSON.stringify(report));
  return report;
}

/** Judgements by id; the nonce of one set aside is left out. */
const judged = ({ writers }: PruneDone): Record<string, string> =>
  Object.fromEntries(
    writers.map(({ id, liveness }) => [
      id.replace(/-[0-9a-f]{16}$/, ''),
      `${liveness.kind}: ${liveness.reason}`,
    ]),
  );

/** A directory in which something happens just before one of the calls for a name. */
function directoryWhere(
  dir: string,
  isMoment: (operation: 'hasWriters' | 'remove', name: string) => boolean,
  happens: () => Promise<unknown>,
): PruneDirectory {
  const real = openPruneDirectory(dir, loadNative().addon);
  const wrap =
    <Result>(operation: 'hasWriters' | 'remove', work: (name: string) => Promise<Result>) =>
    async (name: string): Promise<Result> => {
      if (isMoment(operation, name)) await happens();
      return work(name);
    };
  return { ...real, remove: wrap('remove', real.remove), hasWriters: wrap('hasWriters', real.hasWriters) };
}

describe.skipIf(python === undefined || addonIsAbsent || process.platform !== 'linux')(
  'a Python writer (skipped where prometheus_client or the addon is not installed; Linux only)',
  () => {
    test('is kept, dead or alive, unless it is asked for', async () => {
      const dir = scratchDirectory();
      const writer = await startPython(dir);
      await writer.ask('count 1');
      await writer.kill();
      const report = await prune({ dir });
      expect(report).toMatchObject({ kind: 'done', folded: [] });
      expect(judged(report as PruneDone)).toEqual({ [writer.pid]: 'unknown: no-owner-record' });
    });

    test('is folded when it is dead, and not before', async () => {
      const dir = scratchDirectory();
      const writer = await startPython(dir);
      await writer.ask('count 3');
      await writer.ask('gauges 5');
      expect(judged(await fold(dir))).toEqual({ [writer.pid]: 'alive: files-open' });
      writer.child.kill('SIGSTOP');
      expect(judged(await fold(dir))).toEqual({ [writer.pid]: 'alive: files-open' });
      writer.child.kill('SIGCONT');
      await writer.ask('count 4');
      const before = collectedByPython(dir);
      expect(before).toMatchObject({ jobs_total: 7, level_max: 5, level_livesum: 5 });
      await writer.kill();
      const report = await fold(dir);
      expect(judged(report)).toEqual({ [`${writer.pid}~aside`]: 'dead: files-closed' });
      expect(report.left).toEqual([]);
      expect(namesIn(dir).filter((name) => name.includes(writer.pid))).toEqual([]);
      const after = await samples(dir);
      expect(after).toMatchObject({ jobs_total: 7, level_max: 5, level_mostrecent: 5 });
      expect(
        Object.keys(after)
          .filter((name) => name.startsWith('level_'))
          .toSorted(),
      ).toEqual(['level_max', 'level_mostrecent']);
      expect(collectedByPython(dir)).toMatchObject({ jobs_total: 7, level_max: 5, level_mostrecent: 5 });
    });

    test('is folded by dry run in words only', async () => {
      const dir = scratchDirectory();
      const writer = await startPython(dir);
      await writer.kill();
      const names = namesIn(dir);
      const report = await fold(dir, { dryRun: true });
      expect(judged(report)).toEqual({ [writer.pid]: 'dead: files-closed' });
      expect(report.folded).toEqual([`counter_${writer.pid}.db`]);
      expect(namesIn(dir)).toEqual(names);
    });

    test('is judged under a name of its own too, whether or not it looks like a PID', async () => {
      const dir = scratchDirectory();
      const writers = await Promise.all(['web_1', '1', '999999'].map((name) => startPython(dir, { name })));
      for (const writer of writers) await writer.ask('count 1');
      expect(judged(await fold(dir))).toEqual({
        web_1: 'alive: files-open',
        1: 'alive: files-open',
        999999: 'alive: files-open',
      });
      await writers[2]?.kill();
      expect(judged(await fold(dir))).toMatchObject({ '999999~aside': 'dead: files-closed' });
      // A worker that takes over the name, as uWSGI's worker ids do, begins a file of its own.
      const successor = await startPython(dir, { name: '999999' });
      await successor.ask('count 10');
      expect(judged(await fold(dir))).toMatchObject({ 999999: 'alive: files-open' });
      expect(await samples(dir)).toMatchObject({ jobs_total: 13 });
    });

    test('whose file a forked child still has open is alive', async () => {
      const dir = scratchDirectory();
      const parent = await startPython(dir);
      await parent.ask('fork 2');
      expect(await samples(dir)).toMatchObject({ jobs_total: 2 });
      const report = await fold(dir);
      expect(Object.values(judged(report)).toSorted()).toEqual(['alive: files-open', 'dead: files-closed']);
      expect(await samples(dir)).toMatchObject({ jobs_total: 2 });
    });

    test('without the addon is kept, and the report says why', async () => {
      const dir = scratchDirectory();
      const writer = await startPython(dir);
      await writer.kill();
      expect(judged(await fold(dir, { native: false }))).toEqual({ [writer.pid]: 'unknown: files-unseen' });
    });

    test.skipIf(namespacesAreForbidden)(
      'in another PID namespace is judged like any other, though both have one PID and one file (skipped where unshare is forbidden)',
      async () => {
        const dir = scratchDirectory();
        const prefix = ['unshare', '--pid', '--fork', '--kill-child', '--mount-proc'];
        const first = await startPython(dir, { prefix });
        const second = await startPython(dir, { prefix });
        expect([first.pid, second.pid]).toEqual(['1', '1']);
        // Python's own trouble: both write to counter_1.db. As long as one lives, the file is touched by nobody.
        await first.kill();
        await second.ask('count 1');
        expect(judged(await fold(dir))).toEqual({ 1: 'alive: files-open' });
        await second.kill();
        await expect.poll(async () => judged(await fold(dir)), { timeout: 20_000 }).toEqual({});
        expect(await samples(dir)).toMatchObject({ jobs_total: 1 });
      },
    );

    test('that opens the file of a dead one before it is renamed goes on in it', async () => {
      const dir = scratchDirectory();
      const first = await startPython(dir, { name: 'web' });
      await first.ask('count 1');
      await first.kill();
      let second: PythonProcess | undefined;
      const isMoment = (operation: string, name: string): boolean =>
        operation === 'remove' && name === 'counter_web.db';
      const directory = directoryWhere(dir, isMoment, async () => {
        second = await startPython(dir, { name: 'web' });
        await second.ask('count 10');
      });
      expect(judged(await fold(dir, { directory }))).toEqual({ 'web~aside': 'alive: files-open' });
      await second?.ask('count 100');
      expect(await samples(dir)).toMatchObject({ jobs_total: 111 });
      await second?.kill();
      expect(judged(await fold(dir))).toEqual({ 'web~aside': 'dead: files-closed' });
      expect(await samples(dir)).toMatchObject({ jobs_total: 111 });
    });

    test('that starts after the name is gone begins a new file', async () => {
      const dir = scratchDirectory();
      const first = await startPython(dir, { name: 'web' });
      await first.ask('count 1');
      await first.kill();
      let second: PythonProcess | undefined;
      const isMoment = (operation: string, name: string): boolean =>
        operation === 'hasWriters' && name.includes('~aside');
      const directory = directoryWhere(dir, isMoment, async () => {
        second = await startPython(dir, { name: 'web' });
        await second.ask('count 10');
      });
      expect(judged(await fold(dir, { directory }))).toMatchObject({ 'web~aside': 'dead: files-closed' });
      await second?.ask('count 100');
      expect(await samples(dir)).toMatchObject({ jobs_total: 111 });
      expect(judged(await fold(dir))).toEqual({ web: 'alive: files-open' });
    });

    test('whose shard has two names after a pruner was killed is counted once, and folded once', async () => {
      const dir = scratchDirectory();
      const writer = await startPython(dir, { name: 'web' });
      await writer.ask('count 7');
      await writer.kill();
      linkSync(`${dir}/counter_web.db`, `${dir}/counter_web~aside-0123456789abcdef.db`);
      expect(await samples(dir)).toMatchObject({ jobs_total: 7 });
      // What Python's collector makes of it, until the next run.
      expect(collectedByPython(dir)).toMatchObject({ jobs_total: 14 });
      await fold(dir);
      expect(await samples(dir)).toMatchObject({ jobs_total: 7 });
      expect(collectedByPython(dir)).toMatchObject({ jobs_total: 7 });
    });
  },
);
