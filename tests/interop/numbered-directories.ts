import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Makes directories, one for each generated example. */
export interface NumberedDirectories {
  /** Runs `use` with an empty directory, which goes afterwards. */
  withDirectory<T>(use: (dir: string) => Promise<T>): Promise<T>;
  remove(): void;
}

export function numberedDirectories(): NumberedDirectories {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'promshard-interop-')));
  let count = 0;
  return {
    async withDirectory(use) {
      const dir = join(root, `${count++}`);
      mkdirSync(dir);
      try {
        return await use(dir);
      } finally {
        rmSync(dir, { recursive: true });
      }
    },
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}
