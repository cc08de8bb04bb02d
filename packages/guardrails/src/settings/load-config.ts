import { existsSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

import { GuardError } from '../guard-error.js';
import type { GuardConfig } from './guard-config.js';
import { DEFAULT_CONFIG, parseConfig } from './parse-config.js';

/** The name of the configuration file. */
export const CONFIG_FILE = 'promshard-guard.config.json';

/** A configuration and where it was found. */
export interface LoadedConfig {
  readonly config: GuardConfig;
  /** The folder that its patterns are relative to; absolute. */
  readonly root: string;
}

/**
 * Reads the configuration file.
 *
 * @param path - Of the file; {@link CONFIG_FILE} in `cwd` by default.
 * @throws {@link GuardError} `config-invalid`.
 */
export function loadConfig(path: string = CONFIG_FILE, cwd: string = process.cwd()): LoadedConfig {
  const file = resolve(cwd, path);
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    const message =
      `${path} cannot be read. promshard-guard looks at what its configuration names, for example\n` +
      '  { "workers": { "entries": ["src/worker.ts"] }, "metrics": {} }';
    throw new GuardError('config-invalid', message, { cause });
  }
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new GuardError('config-invalid', `${path} is not JSON: ${why}`, { cause });
  }
  return { config: parseConfig(path, content), root: dirname(file) };
}

/** As {@link loadConfig}, but with the defaults where the file is not named and not there. */
export function loadConfigIfAny(path: string | undefined, cwd: string = process.cwd()): LoadedConfig {
  if (path === undefined && !existsSync(resolve(cwd, CONFIG_FILE)))
    return { config: DEFAULT_CONFIG, root: cwd };
  return loadConfig(path, cwd);
}
