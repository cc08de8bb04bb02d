import { readdir, stat, symlink } from 'node:fs/promises';
import path from 'node:path';

/** Small enough that a file takes well under a second, large enough to be work. */
const MIN_BYTES = 16 * 1024;
const MAX_BYTES = 1_500_000;

/**
 * Puts a link to some packages into a directory, and lists their files relative to it, in a stable order.
 *
 * @param nodeModules - The `node_modules` directory that has the packages.
 */
export async function linkFiles(
  filesRoot: string,
  nodeModules: string,
  packages: readonly string[],
): Promise<string[]> {
  const link = 'packages';
  // What is no absolute path on Windows is no junction.
  await symlink(nodeModules, path.join(filesRoot, link), 'junction');
  const found: string[] = [];
  for (const name of packages) {
    const root = path.join(nodeModules, name);
    for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const file = path.join(entry.parentPath, entry.name);
      const { size } = await stat(file);
      if (size >= MIN_BYTES && size <= MAX_BYTES)
        found.push(path.join(link, path.relative(nodeModules, file)));
    }
  }
  return found.toSorted();
}
