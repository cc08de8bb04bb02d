import { mkdtempSync, openSync, closeSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { onTestFinished } from 'vitest';

/** A new directory, removed when the running test ends. */
export function scratchDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'promshard-native-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** A new file, open for reading and writing until the running test ends. */
export function scratchFile(): { path: string; fd: number } {
  const path = join(scratchDirectory(), 'scratch.db');
  const fd = openSync(path, 'w+');
  onTestFinished(() => closeSync(fd));
  return { path, fd };
}
