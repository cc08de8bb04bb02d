// What a build that was tampered with might try in the shard directory. A copy of the exporter's bin imports this first; in
// the read-only process it tries everything at once and prints what came of it, one JSON object a line.
import { execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import fsPromises from 'node:fs/promises';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { getSystemErrorName } from 'node:util';
import { createTracing } from 'node:trace_events';
import { setFlagsFromString, setHeapSnapshotNearHeapLimit, writeHeapSnapshot } from 'node:v8';
import { WASI } from 'node:wasi';
import { Worker } from 'node:worker_threads';

const dir = process.env.PROMETHEUS_MULTIPROC_DIR;
const shard = join(dir, 'counter_1.db');
const created = join(dir, 'created');

const require = createRequire(import.meta.url);

/** The binary that is loaded where addons are allowed. */
function nativeAddon() {
  const native = require.resolve('@promshard/native');
  const folder = join(native, '../../build', `${process.platform}-${process.arch}`);
  return require(join(folder, 'promshard_native.node'));
}

/** Throws the error that a negative number of the addon stands for. */
function checked(result) {
  if (typeof result === 'number' && result < 0)
    throw Object.assign(new Error(), { code: getSystemErrorName(result) });
}

function openFor(flags) {
  fs.closeSync(fs.openSync(created, flags));
}

/** Runs something with a descriptor that may only be read from. */
function withReader(use) {
  const fd = fs.openSync(shard, 'r');
  try {
    use(fd);
  } finally {
    fs.closeSync(fd);
  }
}

function settled(emitter, good) {
  return new Promise((resolve, reject) => {
    emitter.once('error', reject).once(good, resolve);
  });
}

const ATTEMPTS = {
  'near heap limit': () => setHeapSnapshotNearHeapLimit(1),
  writeFile: () => fs.writeFileSync(created, 'x'),
  'writeFile over a shard': () => fs.writeFileSync(shard, 'x'),
  'writeFile by file URL': () => fs.writeFileSync(new URL(`file://${created}`), 'x'),
  'writeFile by Buffer': () => fs.writeFileSync(Buffer.from(created), 'x'),
  'promises.writeFile': () => fsPromises.writeFile(created, 'x'),
  'promises.open for appending': async () => (await fsPromises.open(shard, 'a')).close(),
  appendFile: () => fs.appendFileSync(shard, 'x'),
  'open with O_CREAT': () => openFor(fs.constants.O_CREAT | fs.constants.O_RDONLY),
  'open with O_RDWR and O_CREAT': () => openFor(fs.constants.O_RDWR | fs.constants.O_CREAT),
  'open for writing': () => openFor('w'),
  'open r+': () => fs.closeSync(fs.openSync(shard, 'r+')),
  'open with O_TRUNC': () => fs.closeSync(fs.openSync(shard, fs.constants.O_RDONLY | fs.constants.O_TRUNC)),
  createWriteStream: () => settled(fs.createWriteStream(created), 'open'),
  copyFile: () => fs.copyFileSync(shard, created),
  cp: () => fs.cpSync(shard, created),
  rename: () => fs.renameSync(shard, created),
  unlink: () => fs.unlinkSync(shard),
  rm: () => fs.rmSync(shard),
  mkdir: () => fs.mkdirSync(created),
  mkdtemp: () => fs.mkdtempSync(created),
  rmdir: () => fs.rmdirSync(dir),
  symlink: () => fs.symlinkSync(shard, created),
  link: () => fs.linkSync(shard, created),
  chmod: () => fs.chmodSync(shard, 0o777),
  chown: () => fs.chownSync(shard, process.getuid(), process.getgid()),
  utimes: () => fs.utimesSync(shard, 1, 1),
  lutimes: () => fs.lutimesSync(shard, 1, 1),
  truncate: () => fs.truncateSync(shard, 0),
  'fchmod of a reading descriptor': () => withReader((fd) => fs.fchmodSync(fd, 0o777)),
  'futimes of a reading descriptor': () => withReader((fd) => fs.futimesSync(fd, 1, 1)),
  'ftruncate of a reading descriptor': () => withReader((fd) => fs.ftruncateSync(fd, 0)),
  'write to a reading descriptor': () => withReader((fd) => fs.writeSync(fd, 'x')),
  'open through /proc/self/fd': () =>
    withReader((fd) => fs.closeSync(fs.openSync(`/proc/self/fd/${fd}`, 'r+'))),
  writeHeapSnapshot: () => writeHeapSnapshot(created),
  'process.report': () => process.report.writeReport(created),
  'trace events': () => {
    process.chdir(dir);
    createTracing({ categories: ['node', 'v8'] }).enable();
  },
  WASI: () => new WASI({ version: 'preview1', preopens: { '/': dir } }),
  'compile cache': () => {
    const { enableCompileCache } = createRequire(import.meta.url)('node:module');
    const { status, message } = enableCompileCache(created);
    if (status !== 1) throw new Error(message);
  },
  'child process': () => execFileSync('/bin/sh', ['-c', `touch ${created}`]),
  'detached child process': () => settled(spawn('/bin/touch', [created], { detached: true }), 'exit'),
  'worker thread': () =>
    settled(
      new Worker(`require('node:fs').writeFileSync(${JSON.stringify(created)}, 'x')`, { eval: true }),
      'exit',
    ),
  'map a shard for writing by promshard’s addon': () =>
    withReader((fd) => checked(nativeAddon().mapFile(fd, 65_536))),
  'allocate blocks by promshard’s addon': () =>
    withReader((fd) => checked(nativeAddon().allocate(fd, 0, 1 << 20))),
  addon: () => process.dlopen({ exports: {} }, '/lib/x86_64-linux-gnu/libc.so.6'),
  'process.binding': () =>
    process.binding('fs').open(created, fs.constants.O_CREAT | fs.constants.O_WRONLY, 0o600),
  sqlite: () => {
    const { DatabaseSync } = createRequire(import.meta.url)('node:sqlite');
    new DatabaseSync(created).exec('CREATE TABLE t (x)');
  },
  // Not held back by the permission model of any version: a socket's name appears, and goes when the process ends.
  'bind a Unix socket': () =>
    new Promise((resolve, reject) => {
      const server = createServer();
      server.once('error', reject);
      server.listen(join(dir, 'socket'), () => server.close(resolve));
    }),
};

if (process.permission !== undefined && process.env.PATCH_V8_FLAGS !== undefined) {
  setFlagsFromString(process.env.PATCH_V8_FLAGS);
  // Now the compiler would have something to write about.
  let sum = 0;
  for (let i = 0; i < 50_000_000; i++) sum += i % 7;
  console.log(JSON.stringify({ flags: 'set', sum }));
} else if (process.permission !== undefined) {
  for (const [name, attempt] of Object.entries(ATTEMPTS)) {
    let outcome = 'done';
    try {
      await attempt();
    } catch (error) {
      outcome = error.code ?? error.message;
    }
    console.log(JSON.stringify({ name, outcome }));
  }
}
