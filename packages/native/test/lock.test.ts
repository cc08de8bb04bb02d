import { closeSync, openSync } from 'node:fs';

import { describe, expect, onTestFinished, test } from 'vitest';

import { addonIsAbsent, loadedAddon } from './addon.js';
import { Peer, startThread } from './run-fixture.js';
import { scratchFile } from './scratch.js';

describe.skipIf(addonIsAbsent)('a lock (skipped where the addon is not compiled)', () => {
  test('excludes every other open file, also of the same process', () => {
    const { fd, path } = scratchFile();
    const addon = loadedAddon();
    const other = openSync(path, 'r+');
    expect(addon.tryLock(fd)).toBe(true);
    expect(addon.tryLock(fd)).toBe(true);
    expect(addon.tryLock(other)).toBe(false);
    addon.unlock(fd);
    expect(addon.tryLock(other)).toBe(true);
    closeSync(other);
    expect(addon.tryLock(fd)).toBe(true);
  });

  test('excludes another process until it is given back', async () => {
    const { fd, path } = scratchFile();
    const addon = loadedAddon();
    const peer = new Peer(path);
    expect(await peer.ask('tryLock')).toBe(true);
    expect(addon.tryLock(fd)).toBe(false);
    await peer.ask('unlock');
    expect(addon.tryLock(fd)).toBe(true);
    expect(await peer.ask('tryLock')).toBe(false);
  });

  test('is dropped by the kernel when its process is killed', async () => {
    const { fd, path } = scratchFile();
    const peer = new Peer(path);
    expect(await peer.ask('tryLock')).toBe(true);
    expect(loadedAddon().tryLock(fd)).toBe(false);
    await peer.kill();
    expect(loadedAddon().tryLock(fd)).toBe(true);
  });

  test('is not kept by a child process that outlives its owner', async () => {
    const { fd, path } = scratchFile();
    const peer = new Peer(path);
    expect(await peer.ask('tryLock')).toBe(true);
    const child = Number(await peer.ask('leaveChild'));
    onTestFinished(() => void process.kill(child, 'SIGKILL'));
    await peer.kill();
    expect(process.kill(child, 0)).toBe(true);
    expect(loadedAddon().tryLock(fd)).toBe(true);
  });

  test('is dropped when the worker thread that opened the file is terminated', async () => {
    const { fd, path } = scratchFile();
    loadedAddon().allocate(fd, 0, 4096);
    const { worker, report } = await startThread({ path, reserveBytes: 65_536, mappings: 1, count: true });
    expect(report).toMatchObject({ locked: true });
    expect(loadedAddon().tryLock(fd)).toBe(false);
    await worker.terminate();
    expect(loadedAddon().tryLock(fd)).toBe(true);
  });

  test('on what is not an open file is an error, not false', () => {
    expect(() => loadedAddon().tryLock(2 ** 30)).toThrow(
      expect.objectContaining({ name: 'NativeError', code: 'EBADF', syscall: 'flock' }),
    );
    expect(() => loadedAddon().unlock(2 ** 30)).toThrow(expect.objectContaining({ code: 'EBADF' }));
  });
});
