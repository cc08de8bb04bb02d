import {
  cpSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  realpathSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { encodeShard } from '@promshard/shard-format';
import { expect, test, vi } from 'vitest';

import { startExporterProcess } from '../support/exporter-process.js';
import { temporaryDirectory } from '../support/temporary-directory.js';
import { hasTool, toolPath } from '../support/tools.js';
import { CHANGING_CALLS, MAPPED_FOR_WRITING, OPENED_FOR_WRITING } from './changing-calls.js';

const EXPORTER = fileURLToPath(new URL('../../packages/exporter', import.meta.url));
const PATCH = fileURLToPath(new URL('writing-patch.mjs', import.meta.url));

/** This Node.js, and the other supported ones that are here. */
const NODES = [
  process.execPath,
  ...['22', '24', '26'].flatMap((major) => process.env[`TEST_TOOLS_NODE_${major}`] ?? []),
];

/** Without addons, and with promshard's own; what else an addon of others might do, nobody holds. */
const CASES = NODES.flatMap((node) => [
  { node, options: [], how: 'without addons' },
  { node, options: ['--allow-addons'], how: 'with addons' },
]);

/** What is refused by something else than the permission model: by the kernel, or because the feature is off or not there. */
const REFUSED_OTHERWISE: Readonly<Record<string, RegExp>> = {
  'ftruncate of a reading descriptor': /^EINVAL$/,
  'write to a reading descriptor': /^EBADF$/,
  // What is loaded is the C library, which is no addon.
  addon: /^ERR_DLOPEN_(?:DISABLED|FAILED)$/,
  'map a shard for writing by promshard’s addon': /^(?:ERR_DLOPEN_DISABLED|EACCES)$/,
  'allocate blocks by promshard’s addon': /^(?:ERR_DLOPEN_DISABLED|EBADF)$/,
  sqlite: /^ERR_UNKNOWN_BUILTIN_MODULE$/,
  'compile cache': /not granted$|is not a function$/,
};

/** What raises no error in some versions and still changes nothing: these only set what a later event would do. */
const WITHOUT_EFFECT = ['near heap limit', 'trace events'];

/** A copy of the built package whose bin tries to write, in the read-only process, before it does its work. */
function patchedBin(root: string): string {
  const copy = join(root, 'exporter');
  cpSync(join(EXPORTER, 'dist'), join(copy, 'dist'), { recursive: true });
  cpSync(join(EXPORTER, 'package.json'), join(copy, 'package.json'));
  symlinkSync(realpathSync(join(EXPORTER, 'node_modules')), join(copy, 'node_modules'));
  cpSync(PATCH, join(copy, 'dist', 'writing-patch.mjs'));
  const bin = join(copy, 'dist', 'bin.js');
  const [shebang = '', ...rest] = readFileSync(bin, 'utf8').split('\n');
  writeFileSync(bin, [shebang, "import './writing-patch.mjs';", ...rest].join('\n'));
  return bin;
}

function stateOf(dir: string): unknown {
  return readdirSync(dir).map((name) => {
    const { mode, mtimeMs, size, uid, gid } = statSync(join(dir, name));
    return [name, readFileSync(join(dir, name), 'hex'), { mode, mtimeMs, size, uid, gid }];
  });
}

test.skipIf(!hasTool('strace')).each(CASES)(
  'a build that was patched to write changes nothing in the directory under $node $how (skipped where strace is not installed)',
  async ({ node, options }) => {
    const root = temporaryDirectory();
    const trace = join(root, 'trace');
    const dir = join(root, 'shards');
    mkdirSync(dir);
    const key = { family: 'jobs', sample: 'jobs_total', labels: {}, help: 'Jobs.' };
    writeFileSync(join(dir, 'counter_1.db'), encodeShard([{ key, value: 1 }]));
    const before = stateOf(dir);

    const exporter = await startExporterProcess(
      dir,
      [toolPath('strace'), '-f', '-D', '-y', '-e', 'trace=file,desc', '-o', trace],
      options,
      { bin: patchedBin(root), node, env: { ...process.env, PROMETHEUS_MULTIPROC_DIR: dir } },
    );
    expect(exporter.output()).toContain("read-only under Node's permission model");
    for (let round = 0; round < 2; round++) expect(await exporter.scrape()).toContain('jobs_total 1');
    expect(await exporter.scrape()).toContain(`promshard_exporter_mapped_shard_files ${options.length}\n`);
    expect(stateOf(dir)).toEqual(before);
    expect(await exporter.stop()).toBe(0);

    const outcomes = exporter
      .output()
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as { name: string; outcome: string });
    expect(outcomes.length).toBeGreaterThan(45);
    const unexpected = outcomes.filter(({ name, outcome }) => {
      if (outcome === 'ERR_ACCESS_DENIED' || REFUSED_OTHERWISE[name]?.test(outcome) === true) return false;
      return !WITHOUT_EFFECT.includes(name) || outcome !== 'done';
    });
    // The model leaves one thing open: while it runs, a process may have a socket with a name there.
    expect(unexpected).toEqual([{ name: 'bind a Unix socket', outcome: 'done' }]);

    const ended = new RegExp(`^${exporter.child.pid} +\\+{3} exited with 0 \\+{3}$`, 'm');
    await vi.waitUntil(() => ended.test(readFileSync(trace, 'utf8')), 10_000);
    const calls = readFileSync(trace, 'utf8')
      .split('\n')
      .filter(
        (line) => line.includes(dir) && !line.includes(join(dir, 'socket')) && !line.includes('"/dev/null"'),
      );
    const changing = calls.filter(
      (line) =>
        CHANGING_CALLS.test(line) ||
        OPENED_FOR_WRITING.test(line) ||
        MAPPED_FOR_WRITING.test(line) ||
        /\bp?writev?(?:64|2)?\(\d+<[^>]*shards/.test(line),
    );
    // The kernel is asked in few cases, and refuses.
    expect(changing.filter((line) => !/ = -1 E(?:INVAL|BADF|ACCES) /.test(line))).toEqual([]);
  },
  60_000,
);

const WRITING_FLAGS = (dir: string): readonly string[] => [
  `--trace-turbo --trace-turbo-path=${dir}`,
  `--log --logfile=${join(dir, 'v8.log')}`,
  `--prof --logfile=${join(dir, 'v8.log')}`,
];

test.each(NODES)(
  'a build that was patched to let V8 write of what it compiles ends at once, under %s',
  async (node) => {
    const root = temporaryDirectory();
    const dir = join(root, 'shards');
    mkdirSync(dir);
    const bin = patchedBin(root);
    for (const flags of WRITING_FLAGS(dir)) {
      const env = { ...process.env, PROMETHEUS_MULTIPROC_DIR: dir, PATCH_V8_FLAGS: flags };
      const started = startExporterProcess(dir, [], [], { bin, node, env });
      await expect(started).rejects.toThrow(/before it listened: [^]*Fatal error/);
      expect(readdirSync(dir)).toEqual([]);
    }
  },
  60_000,
);
