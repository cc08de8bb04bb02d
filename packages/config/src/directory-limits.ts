import { integerSetting, type Setting } from './setting.js';

/** Files in the directory above which it counts as overflowing. */
export const maxFiles: Setting<number> = integerSetting(
  {
    variable: 'PROMSHARD_MAX_FILES',
    expected: 'a whole number of files from 1 to 1000000',
    example: '10000',
  },
  { min: 1, max: 1_000_000, fallback: 10_000 },
);

/** Bytes in the directory above which it counts as overflowing. */
export const maxBytes: Setting<number> = integerSetting(
  {
    variable: 'PROMSHARD_MAX_DIR_BYTES',
    expected: `a whole number of bytes from 4096 to ${Number.MAX_SAFE_INTEGER}`,
    example: '1073741824',
  },
  { min: 4096, max: Number.MAX_SAFE_INTEGER, fallback: 1_073_741_824 },
);
