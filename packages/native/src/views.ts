import { bindViews, type FileViews, type ViewsBinding } from './file-views.js';
import { loadAddon, once, type LoadedAddon } from './load-addon.js';

export type { AdditionOutcome, FileCheck, FileEntries, FileView, FileViews, Sums } from './file-views.js';
export type { NativeStatus } from './load-addon.js';
export { NativeError } from './native-error.js';

/** The outcome of loading; `addon` is there exactly when `status.kind` is `'loaded'`. */
export type LoadedViews = LoadedAddon<FileViews>;

/**
 * Loads the compiled addon for those who read shards, which is another binary than `loadNative` loads: it has no function
 * that could change a file. Never throws, and keeps the outcome, as `loadNative` does.
 */
export const loadViews: () => LoadedViews = once(() => loadAddon('promshard_views.node', loadFile));

function loadFile(require: NodeJS.Require, path: string): FileViews {
  const binding: ViewsBinding = require(path);
  return bindViews(binding);
}
