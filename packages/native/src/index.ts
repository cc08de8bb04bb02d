export type { NativeAddon } from './native-addon.js';
export { NativeError } from './native-error.js';
export type { NativeStatus } from './load-addon.js';
export { loadNative } from './load-native.js';
export type { LoadedNative } from './load-native.js';
