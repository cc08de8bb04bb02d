// Compiles the addons with plain `cc`: no node-gyp, no Python, no download.
//
//   node scripts/compile.mjs             → build/<platform>-<arch>[-musl]/promshard_{native,views}.node
//   node scripts/compile.mjs --prebuild  → prebuilds/…, which the package ships
//
// Without a working compiler (or on Windows) the first form says so in one line and succeeds: the library
// works without addons. The second form fails, for its only purpose is the file.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { include_dir as headers } from 'node-api-headers';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const prebuild = process.argv.includes('--prebuild');
const [compiler = 'cc', ...compilerArguments] = (process.env.CC ?? '').split(' ').filter(Boolean);

const FLAGS =
  '-O2 -Wall -Wextra -Werror -std=c11 -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 -fPIC -fvisibility=hidden -pthread -shared'.split(
    ' ',
  );
// Node-API's functions are in the running executable. Node.js 20 needs macOS 11 at least on arm64.
const DARWIN_FLAGS = ['-undefined', 'dynamic_lookup', '-mmacosx-version-min=11.0'];

/** Says why there is no addon, and ends: that is a failure only where the addon was asked for. */
function endWithout(reason) {
  console.log(`@promshard/native: addons not compiled: ${reason}`);
  process.exit(prebuild ? 1 : 0);
}

/** The folder of this platform's addon; src/platform-directory.ts computes the same name. */
function platformDirectory() {
  const musl = process.platform === 'linux' && readFileSync('/proc/self/maps', 'utf8').includes('/ld-musl-');
  return `${process.platform}-${process.arch}${musl ? '-musl' : ''}`;
}

function run(args, input) {
  return spawnSync(compiler, [...compilerArguments, ...args], { cwd: root, encoding: 'utf8', input });
}

/** A compiler counts as present when it finds the C library's headers: some images have a bare gcc. */
function hasCompiler() {
  return run(['-x', 'c', '-fsyntax-only', '-'], '#include <stdlib.h>\n#include <sys/mman.h>\n').status === 0;
}

function modifiedAt(path) {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

if (process.platform !== 'linux' && process.platform !== 'darwin') {
  endWithout(`it supports Linux and macOS, this is ${process.platform}`);
}

/** C files and headers of a folder below src. */
function filesOf(folder) {
  return readdirSync(join(root, 'src', folder))
    .filter((name) => /\.[ch]$/.test(name))
    .map((name) => join('src', folder, name));
}

/** Makes one addon of a folder and what all addons share, if anything of it is new. */
function compile(folder, name) {
  const inputs = [...filesOf('.'), ...filesOf(folder)];
  const output = join(root, prebuild ? 'prebuilds' : 'build', platformDirectory(), name);
  const newestInput = Math.max(
    modifiedAt(fileURLToPath(import.meta.url)),
    ...inputs.map((input) => modifiedAt(join(root, input))),
  );
  if (modifiedAt(output) > newestInput) return;
  if (!hasCompiler()) endWithout(`no working C compiler (${compiler})`);
  // Renamed into place: a process that has the old file loaded keeps it, unharmed.
  const temporary = `${output}.${process.pid}.tmp`;
  mkdirSync(dirname(output), { recursive: true });
  const { status, stderr } = run([
    ...FLAGS,
    ...(process.platform === 'darwin' ? DARWIN_FLAGS : []),
    `-I${headers}`,
    ...inputs.filter((input) => input.endsWith('.c')),
    '-o',
    temporary,
  ]);
  if (status !== 0) {
    rmSync(temporary, { force: true });
    console.error(`@promshard/native: ${compiler} failed\n${stderr}`);
    process.exit(1);
  }
  renameSync(temporary, output);
}

compile('writing', 'promshard_native.node');
compile('views', 'promshard_views.node');
