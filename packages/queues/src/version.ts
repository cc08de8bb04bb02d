import { createRequire } from 'node:module';

/** This package's version, from its manifest; `unknown` where a bundler has moved the code away from it. */
export const VERSION: string = readVersion();

function readVersion(): string {
  for (const read of [
    () => createRequire(import.meta.url)('../package.json') as unknown,
    () => createRequire(import.meta.url)('../../package.json') as unknown,
  ]) {
    try {
      const manifest = read();
      if (typeof manifest === 'object' && manifest !== null && 'version' in manifest)
        return String(manifest.version);
    } catch {
      // Bundled into another folder.
    }
  }
  return 'unknown';
}
