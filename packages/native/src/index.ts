export type { NativeAddon } from './native-addon.js';
export { NativeError } from './native-error.js';
export { loadNative } from './load-native.js';
export type { LoadedNative, NativeStatus } from './load-native.js';
