import { fstatSync, readFileSync, writeSync } from 'node:fs';

import { describe, expect, test } from 'vitest';

import { addonIsAbsent, loadedAddon } from './addon.js';
import { runFixture } from './run-fixture.js';
import { scratchFile } from './scratch.js';
import { mountingIsForbidden, smallDisk } from './small-disk.js';

describe.skipIf(addonIsAbsent)('allocating (skipped where the addon is not compiled)', () => {
  test('gives real blocks and the length', () => {
    const { fd } = scratchFile();
    loadedAddon().allocate(fd, 0, 1 << 20);
    const { size, blocks } = fstatSync(fd);
    expect(size).toBe(1 << 20);
    expect(blocks * 512).toBeGreaterThanOrEqual(1 << 20);
  });

  test('keeps what the file holds, and zero-fills the rest', () => {
    const { fd, path } = scratchFile();
    writeSync(fd, 'kept');
    loadedAddon().allocate(fd, 0, 8);
    expect(readFileSync(path, 'latin1')).toBe('kept\0\0\0\0');
  });

  test('never makes a file shorter', () => {
    const { fd } = scratchFile();
    loadedAddon().allocate(fd, 0, 8192);
    loadedAddon().allocate(fd, 0, 4096);
    expect(fstatSync(fd).size).toBe(8192);
  });

  test.skipIf(process.platform !== 'linux')('past what a file can be is EFBIG (Linux only)', () => {
    const { fd } = scratchFile();
    expect(() => loadedAddon().allocate(fd, 2 ** 52, 2 ** 52)).toThrow(
      expect.objectContaining({ name: 'NativeError', code: 'EFBIG', syscall: 'fallocate' }),
    );
  });

  test.each([
    [-1, 1],
    [0, 0],
    [0.5, 1],
    [0, Number.NaN],
    [0, 2 ** 53],
  ])('refuses offset %s with length %s', (offset, length) => {
    const { fd } = scratchFile();
    expect(() => loadedAddon().allocate(fd, offset, length)).toThrow(RangeError);
  });

  describe.skipIf(mountingIsForbidden)('on a full disk (skipped where a tmpfs cannot be mounted)', () => {
    test('is ENOSPC, and every byte allocated before can be stored to', async () => {
      const ended = await runFixture('full-disk', [smallDisk(), 'allocated']);
      expect(ended).toMatchObject({ code: 0, signal: null });
      const { failure, end, size, last } = JSON.parse(ended.stdout) as Record<string, unknown>;
      expect(failure).toEqual({ name: 'NativeError', code: 'ENOSPC', errno: -28, syscall: 'fallocate' });
      expect(end).toBeGreaterThanOrEqual(512 * 1024);
      expect(size).toBe(end);
      expect(last).toBe(1);
    });

    test('is what keeps a store from SIGBUS, as a sparse file shows', async () => {
      const ended = await runFixture('full-disk', [smallDisk(), 'sparse']);
      expect(ended).toMatchObject({ signal: 'SIGBUS' });
    });
  });
});
