import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { onTestFinished } from 'vitest';

/** For `test.skipIf`: this user may not mount (it needs root, and a container may forbid it to root as well). */
export const mountingIsForbidden: boolean = !mayMount();

/** A disk of 1 MiB in memory, unmounted when the running test ends. */
export function smallDisk(): string {
  const { directory, mounted } = mount();
  onTestFinished(() => unmount(directory));
  if (!mounted) throw new Error(`a tmpfs was mounted before, and could not be now, on ${directory}`);
  return directory;
}

function mayMount(): boolean {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false;
  const { directory, mounted } = mount();
  unmount(directory);
  return mounted;
}

function mount(): { directory: string; mounted: boolean } {
  const directory = mkdtempSync(join(tmpdir(), 'promshard-disk-'));
  const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', directory]);
  return { directory, mounted: status === 0 };
}

function unmount(directory: string): void {
  spawnSync('umount', [directory]);
  // Only the empty mount point: were the disk still mounted, this would fail and say so.
  rmdirSync(directory);
}
