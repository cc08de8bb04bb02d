import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';

/** Small enough that a file takes well under a second, large enough to be work. */
const MIN_BYTES = 16 * 1024;
const MAX_BYTES = 1_500_000;

/** The files of some packages under a `node_modules` directory, relative to it, in a stable order. */
export async function listFiles(nodeModules: string, packages: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const name of packages) {
    const root = path.join(nodeModules, name);
    for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const file = path.join(entry.parentPath, entry.name);
      const { size } = await stat(file);
      if (size >= MIN_BYTES && size <= MAX_BYTES) found.push(path.relative(nodeModules, file));
    }
  }
  return found.toSorted();
}
