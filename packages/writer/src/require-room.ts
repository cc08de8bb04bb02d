import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import { WriterError } from './writer-error.js';

/** How much a directory may hold. */
export interface DirectoryCap {
  readonly dir: string;
  readonly maxFiles: number;
  readonly maxBytes: number;
}

/**
 * Makes sure that a directory has room for one more writer. Those who are in it already are never asked.
 *
 * @throws {@link WriterError} `DIRECTORY_FULL`, also where the directory cannot be listed: whoever refuses must know.
 */
export function requireRoom({ dir, maxFiles, maxBytes }: DirectoryCap): void {
  let names;
  try {
    // Linux' tmpfs may give names twice while others are removed.
    names = new Set(readdirSync(dir));
  } catch (cause) {
    const message = `${dir} cannot be listed, so nobody knows whether it is full; overflow "refuse" needs to read it.`;
    throw new WriterError('DIRECTORY_FULL', message, { cause });
  }
  if (names.size >= maxFiles) throw full(dir, `${names.size} of ${maxFiles} files`);
  let bytes = 0;
  for (const name of names) bytes += lstatSync(join(dir, name), { throwIfNoEntry: false })?.size ?? 0;
  if (bytes >= maxBytes) throw full(dir, `${bytes} of ${maxBytes} bytes`);
}

function full(dir: string, what: string): WriterError {
  return new WriterError(
    'DIRECTORY_FULL',
    `${dir} is full (${what}), and overflow is "refuse". See that a pruner runs on it, or raise ` +
      'PROMSHARD_MAX_FILES or PROMSHARD_MAX_DIR_BYTES.',
  );
}
