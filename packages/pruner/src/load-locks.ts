import type { FileLocks } from './prune-directory.js';

/** Gives the file locks of `@promshard/native`; undefined where that package or its addon is absent. Never throws. */
export async function loadLocks(): Promise<FileLocks | undefined> {
  try {
    const { loadNative } = await import('@promshard/native');
    return loadNative().addon;
  } catch {
    // An optional dependency: installed without it, judging falls back to process ids.
    return undefined;
  }
}
