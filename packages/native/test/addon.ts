import { loadNative } from '../src/index.js';
import type { NativeAddon } from '../src/index.js';
import { loadViews, type FileViews } from '../src/views.js';

const { status, addon } = loadNative();

if (addon === undefined && process.env['TEST_TOOLS_REQUIRED'] === '1') {
  throw new Error(`TEST_TOOLS_REQUIRED=1, but ${JSON.stringify(status)}; run pnpm build with a C compiler.`);
}

/** For `describe.skipIf`: nothing was compiled for this machine. */
export const addonIsAbsent: boolean = addon === undefined;

/** The addon; to be called inside tests that are skipped where it is absent. */
export function loadedAddon(): NativeAddon {
  if (addon === undefined) throw new Error('the addon is absent');
  return addon;
}

/** As {@link loadedAddon}; both addons are compiled, or neither. */
export function loadedViews(): FileViews {
  const { addon: views } = loadViews();
  if (views === undefined) throw new Error('the addon is absent');
  return views;
}
