import { readFileSync, readSync } from 'node:fs';

import { describe, expect, test } from 'vitest';

import { addonIsAbsent, loadedAddon } from './addon.js';
import { Peer, runFixture } from './run-fixture.js';
import { scratchFile } from './scratch.js';

const RESERVE = 1 << 20;

describe.skipIf(addonIsAbsent)('a mapping (skipped where the addon is not compiled)', () => {
  test('covers the whole reserve, past the end of the file', () => {
    const { fd } = scratchFile();
    const addon = loadedAddon();
    addon.allocate(fd, 0, 4096);
    const buffer = addon.mapFile(fd, RESERVE);
    expect(buffer).toBeInstanceOf(ArrayBuffer);
    expect(buffer.byteLength).toBe(RESERVE);
    addon.unmapFile(buffer);
  });

  test('shows a store in the file at once', () => {
    const { fd } = scratchFile();
    const addon = loadedAddon();
    addon.allocate(fd, 0, 4096);
    const buffer = addon.mapFile(fd, RESERVE);
    new Float64Array(buffer)[2] = 42.5;
    const read = Buffer.alloc(8);
    readSync(fd, read, 0, 8, 16);
    expect(read.readDoubleLE(0)).toBe(42.5);
    addon.unmapFile(buffer);
  });

  test('reaches the blocks that the file gets later, without moving', () => {
    const { fd } = scratchFile();
    const addon = loadedAddon();
    addon.allocate(fd, 0, 4096);
    const bytes = new Uint8Array(addon.mapFile(fd, RESERVE));
    addon.allocate(fd, 4096, RESERVE - 4096);
    bytes[RESERVE - 1] = 7;
    const read = Buffer.alloc(1);
    readSync(fd, read, 0, 1, RESERVE - 1);
    expect(read[0]).toBe(7);
    addon.unmapFile(bytes.buffer);
  });

  test('is shared by two processes, both ways', async () => {
    const { fd, path } = scratchFile();
    const addon = loadedAddon();
    addon.allocate(fd, 0, 4096);
    const values = new Float64Array(addon.mapFile(fd, RESERVE));
    const peer = new Peer(path);
    expect(await peer.ask('map', RESERVE)).toBe(RESERVE / 8);

    values[3] = Math.PI;
    expect(await peer.ask('load', 3)).toBe(Math.PI);
    await peer.ask('store', 4, -0.1);
    expect(values[4]).toBe(-0.1);

    await peer.ask('store', 5, 1e300);
    await peer.kill();
    expect(values[5]).toBe(1e300);
    addon.unmapFile(values.buffer);
  });

  test('is gone from every view once unmapped, and unmapping again does nothing', () => {
    const { fd } = scratchFile();
    const addon = loadedAddon();
    addon.allocate(fd, 0, 4096);
    const buffer = addon.mapFile(fd, RESERVE);
    const views = [new Float64Array(buffer), new Uint8Array(buffer, 8, 16)];
    addon.unmapFile(buffer);
    addon.unmapFile(buffer);
    expect(buffer.byteLength).toBe(0);
    expect(views.map((view) => view.length)).toEqual([0, 0]);
    expect(views[0]?.[1]).toBeUndefined();
  });

  test.skipIf(!('transfer' in ArrayBuffer.prototype))(
    'that was moved to a new buffer belongs to that one (skipped before Node.js 22)',
    () => {
      const { fd } = scratchFile();
      const addon = loadedAddon();
      addon.allocate(fd, 0, 4096);
      const buffer = addon.mapFile(fd, RESERVE);
      const moved = (buffer as ArrayBuffer & { transfer(): ArrayBuffer }).transfer();
      addon.unmapFile(buffer);
      new Float64Array(moved)[0] = 1.5;
      expect(new Float64Array(moved)[0]).toBe(1.5);
      expect(() => addon.unmapFile(moved)).toThrow(TypeError);
    },
  );

  test('takes no late store from optimised code, and the process lives', async () => {
    const { fd, path } = scratchFile();
    loadedAddon().allocate(fd, 0, 4096);
    const ended = await runFixture('late-stores', [path]);
    expect(ended).toMatchObject({ code: 0, signal: null });
    expect(JSON.parse(ended.stdout)).toEqual({ before: 2_000_000, after: 2_000_000, lengths: [0, 0, 0] });
  });

  test.skipIf(process.platform !== 'linux')('leaves nothing behind after 1,000 cycles (Linux only)', () => {
    const { fd, path } = scratchFile();
    const addon = loadedAddon();
    addon.allocate(fd, 0, 4096);
    for (let cycle = 0; cycle < 1000; cycle += 1) {
      const values = new Float64Array(addon.mapFile(fd, 64 * RESERVE));
      values[0] = cycle;
      addon.unmapFile(values.buffer);
    }
    expect(readFileSync('/proc/self/maps', 'utf8')).not.toContain(path);
  });

  test.skipIf(process.platform !== 'linux')('goes with its collected buffer (Linux only)', async () => {
    const { fd, path } = scratchFile();
    loadedAddon().allocate(fd, 0, 4096);
    const ended = await runFixture('collected', [path], ['--expose-gc']);
    expect(ended).toMatchObject({ code: 0, signal: null });
    // Adjacent mappings of one file may be merged into one line, so only their presence is counted on.
    const counts = JSON.parse(ended.stdout) as { before: number; left: number };
    expect(counts.before).toBeGreaterThan(0);
    expect(counts.left).toBe(0);
  });

  test('of a closed descriptor is refused as node:fs would', () => {
    expect(() => loadedAddon().mapFile(2 ** 30, RESERVE)).toThrow(
      expect.objectContaining({ name: 'NativeError', code: 'EBADF', syscall: 'mmap', errno: -9 }),
    );
  });

  test.each([0, -4096, 100, 4096.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 31 + 65_536, 2 ** 60])(
    'refuses a reserve of %s bytes',
    (reserve) => {
      const { fd } = scratchFile();
      expect(() => loadedAddon().mapFile(fd, reserve)).toThrow(RangeError);
    },
  );

  test.each([-1, 0.5, Number.NaN, 2 ** 31])('refuses %s as a descriptor', (fd) => {
    expect(() => loadedAddon().mapFile(fd, RESERVE)).toThrow(RangeError);
  });

  test.each<unknown>([undefined, null, '1', 1n, {}])('refuses %o where a number is due', (value) => {
    const addon = loadedAddon();
    const wrong = value as number;
    expect(() => addon.mapFile(wrong, RESERVE)).toThrow(TypeError);
    expect(() => addon.mapFile(0, wrong)).toThrow(TypeError);
    expect(() => addon.tryLock(wrong)).toThrow(TypeError);
  });

  test.each<unknown>([undefined, {}, new ArrayBuffer(8), new Uint8Array(8)])(
    'does not unmap what it did not map: %o',
    (value) => {
      expect(() => loadedAddon().unmapFile(value as ArrayBuffer)).toThrow(TypeError);
    },
  );
});
