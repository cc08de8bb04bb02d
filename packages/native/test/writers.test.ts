import { spawnSync } from 'node:child_process';
import { closeSync, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, onTestFinished, test } from 'vitest';

import { addonIsAbsent, loadedAddon } from './addon.js';
import { Peer } from './run-fixture.js';
import { scratchDirectory, scratchFile } from './scratch.js';

/** A file that nobody has open for writing, and a descriptor to ask with. */
function readableFile(): { path: string; fd: number } {
  const path = join(scratchDirectory(), 'scratch.db');
  writeFileSync(path, '');
  const fd = openSync(path, 'r');
  onTestFinished(() => closeSync(fd));
  return { path, fd };
}

describe.skipIf(addonIsAbsent || process.platform !== 'linux')(
  'writers of a file (skipped where the addon is not compiled; Linux only)',
  () => {
    test('are seen as long as their process lives, stopped or not', async () => {
      const { path, fd } = readableFile();
      expect(loadedAddon().hasWriters(fd)).toBe(false);
      const peer = new Peer(path);
      await peer.ask('unlock');
      expect(loadedAddon().hasWriters(fd)).toBe(true);
      await peer.kill();
      expect(loadedAddon().hasWriters(fd)).toBe(false);
    });

    test('are seen when only their mapping is left', () => {
      const { path, fd } = readableFile();
      const writable = openSync(path, 'r+');
      loadedAddon().allocate(writable, 0, 4096);
      const buffer = loadedAddon().mapFile(writable, 65_536);
      closeSync(writable);
      expect(loadedAddon().hasWriters(fd)).toBe(true);
      loadedAddon().unmapFile(buffer);
      expect(loadedAddon().hasWriters(fd)).toBe(false);
    });

    test('are not those who read', () => {
      const { path, fd } = readableFile();
      const reader = openSync(path, 'r');
      expect(loadedAddon().hasWriters(fd)).toBe(false);
      closeSync(reader);
    });

    test('are not kept out once the answer is there', () => {
      const { path, fd } = readableFile();
      expect(loadedAddon().hasWriters(fd)).toBe(false);
      expect(spawnSync('sh', ['-c', ': >> "$1"', 'sh', path], { timeout: 10_000 }).status).toBe(0);
    });

    test('count whoever asks through a descriptor that writes', () => {
      expect(loadedAddon().hasWriters(scratchFile().fd)).toBe(true);
    });

    test('of what is no file, or not open, are an error and not false', () => {
      const directory = openSync('/', 'r');
      onTestFinished(() => closeSync(directory));
      expect(() => loadedAddon().hasWriters(directory)).toThrow(
        expect.objectContaining({ code: 'EINVAL', syscall: 'fcntl' }),
      );
      expect(() => loadedAddon().hasWriters(2 ** 30)).toThrow(expect.objectContaining({ code: 'EBADF' }));
    });
  },
);
