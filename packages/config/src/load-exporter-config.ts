import { z } from 'zod';

import { directorySetting } from './directory-setting.js';
import { hostComplaint } from './host-name.js';
import { type Environment, readSettings } from './read-settings.js';
import { integerSetting, textSetting } from './setting.js';

/** What the read-only exporter needs to know, and all that it reads from the environment. */
export interface ExporterConfig {
  /** Absolute, normalised path of the shared directory; readable and searchable when it was checked. */
  readonly dir: string;
  /** Address to listen on: an IP literal without brackets, or a host name. */
  readonly host: string;
  /** Port to listen on; 0 lets the system choose. */
  readonly port: number;
}

/** Explicit values; each beats its environment variable unless it is `undefined`. */
export interface ExporterOverrides {
  readonly dir?: string | undefined;
  readonly host?: string | undefined;
  readonly port?: number | undefined;
}

const host = textSetting(
  {
    variable: 'WORKER_METRICS_EXPORTER_HOST',
    expected: 'an IP address or a host name, without port, brackets or scheme',
    example: '127.0.0.1',
  },
  z.string().superRefine((text, context) => {
    const message = hostComplaint(text);
    if (message !== undefined) context.addIssue({ code: 'custom', message });
  }),
  '127.0.0.1',
);

const port = integerSetting(
  {
    variable: 'WORKER_METRICS_EXPORTER_PORT',
    expected: 'a port, a whole number from 0 (any free port) to 65535',
    example: '9108',
  },
  { min: 0, max: 65_535, fallback: 9108 },
);

/**
 * Reads what the exporter needs from the environment, and looks at no other variable: settings of a database,
 * a queue or an application may be absent or wrong.
 *
 * @param env - The environment to read; that of the process by default.
 * @throws {@link ConfigError} with every problem at once, among them a directory that this process cannot
 *   read and search.
 */
export function loadExporterConfig(
  env: Environment = process.env,
  overrides: ExporterOverrides = {},
): ExporterConfig {
  return readSettings<ExporterConfig>({ dir: directorySetting('read'), host, port }, env, overrides);
}
