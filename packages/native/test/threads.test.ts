import { readFileSync } from 'node:fs';

import { describe, expect, test, vi } from 'vitest';

import { addonIsAbsent, loadedAddon } from './addon.js';
import { startThread } from './run-fixture.js';
import { scratchFile } from './scratch.js';

describe.skipIf(addonIsAbsent)('worker threads (skipped where the addon is not compiled)', () => {
  test('load the addon, eight at a time', async () => {
    const { fd, path } = scratchFile();
    loadedAddon().allocate(fd, 0, 4096);
    const threads = await Promise.all(
      Array.from({ length: 8 }, () => startThread({ path, reserveBytes: 65_536, mappings: 1, count: false })),
    );
    const reports = threads.map(({ report }) => report);
    expect(reports).toEqual(
      Array.from({ length: 8 }, (): unknown => ({ kind: 'loaded', locked: expect.any(Boolean), mapped: 1 })),
    );
    // One of them, whichever came first.
    expect(reports.filter((report) => (report as { locked: boolean }).locked)).toHaveLength(1);
  });

  test('may be terminated while they store into mappings', async () => {
    const { fd, path } = scratchFile();
    const addon = loadedAddon();
    addon.allocate(fd, 0, 4096);
    const values = new Float64Array(addon.mapFile(fd, 65_536));
    for (let round = 0; round < 5; round += 1) {
      const before = values[1] ?? 0;
      const { worker } = await startThread({ path, reserveBytes: 65_536, mappings: 20, count: true });
      // A thread says that it has started a moment before it stores.
      await vi.waitUntil(() => (values[1] ?? 0) > before, { timeout: 10_000, interval: 1 });
      await worker.terminate();
    }
    addon.unmapFile(values.buffer);
  });

  test.skipIf(process.platform !== 'linux')('take their mappings with them (Linux only)', async () => {
    const { fd, path } = scratchFile();
    loadedAddon().allocate(fd, 0, 4096);
    const { worker } = await startThread({ path, reserveBytes: 65_536, mappings: 20, count: true });
    expect(readFileSync('/proc/self/maps', 'utf8')).toContain(path);
    await worker.terminate();
    expect(readFileSync('/proc/self/maps', 'utf8')).not.toContain(path);
  });
});
