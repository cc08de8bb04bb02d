import { loadAddon, once, type LoadedAddon } from './load-addon.js';
import { bindAddon, type AddonBinding, type NativeAddon } from './native-addon.js';

/** The outcome of loading; `addon` is there exactly when `status.kind` is `'loaded'`. */
export type LoadedNative = LoadedAddon<NativeAddon>;

/** Loads the addon from a package's root, by default this one's, without caching; never throws. */
export function loadFrom(packageRoot?: string): LoadedNative {
  return loadAddon('promshard_native.node', loadFile, packageRoot);
}

/**
 * Loads the compiled addon: the shipped prebuild for this platform, else the local build.
 *
 * Never throws: whatever prevents it (no file for the platform, a foreign binary, addons forbidden by Node.js's
 * permission model) is the reason of the status `absent`. The outcome is kept for the thread's life, unless it was the want
 * of a file descriptor.
 */
export const loadNative: () => LoadedNative = once(loadFrom);

function loadFile(require: NodeJS.Require, path: string): NativeAddon {
  const binding: AddonBinding = require(path);
  return bindAddon(binding);
}
