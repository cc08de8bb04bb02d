import { createRequire } from 'node:module';

/** This package's version, from its manifest; `unknown` where a bundler has moved the code away from it. */
export const VERSION: string = readVersion();

function readVersion(): string {
  try {
    const manifest: unknown = createRequire(import.meta.url)('../package.json');
    const isManifest = typeof manifest === 'object' && manifest !== null && 'version' in manifest;
    return isManifest ? String(manifest.version) : 'unknown';
  } catch {
    return 'unknown';
  }
}
