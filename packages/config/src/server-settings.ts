import path from 'node:path';

import { z } from 'zod';

import { integerSetting, optionalTextSetting, type Setting, switchSetting, textSetting } from './setting.js';

/** How the exporter's server is reached and what it offers besides `/metrics`. */

export const socketMode: Setting<string> = textSetting(
  {
    variable: 'PROMSHARD_SOCKET_MODE',
    expected: 'the mode of a Unix socket as four octal digits from 0000 to 0777',
    example: '0660',
    description: 'Mode of the Unix socket that the exporter listens on, if it does.',
  },
  z.string().regex(/^0[0-7]{3}$/, { error: 'is not a mode' }),
  '0660',
);

export const systemdSocket: Setting<boolean> = switchSetting(
  {
    variable: 'PROMSHARD_SYSTEMD_SOCKET',
    expected: 'true or false',
    example: 'false',
    description: 'Whether the exporter takes its listening sockets from systemd instead of opening one.',
  },
  false,
);

export const webConfigFile: Setting<string | undefined> = optionalTextSetting(
  {
    variable: 'PROMSHARD_WEB_CONFIG_FILE',
    expected: 'the absolute path of a YAML file',
    example: '/etc/promshard/web.yml',
    description: "TLS and authentication of the exporter, in the format of Prometheus's exporter-toolkit.",
  },
  z.string().refine((text) => path.isAbsolute(text), { error: 'is a relative path' }),
);

export const landingPage: Setting<boolean> = switchSetting(
  {
    variable: 'PROMSHARD_LANDING_PAGE',
    expected: 'true or false',
    example: 'false',
    description: 'Whether the exporter answers / with a page that links to /metrics.',
  },
  false,
);

export const healthRoutes: Setting<boolean> = switchSetting(
  {
    variable: 'PROMSHARD_HEALTH_ROUTES',
    expected: 'true or false',
    example: 'false',
    description: 'Whether the exporter has /-/healthy and /-/ready.',
  },
  false,
);

export const maxInFlight: Setting<number> = integerSetting(
  {
    variable: 'PROMSHARD_MAX_SCRAPES_IN_FLIGHT',
    expected: 'a whole number of scrapes from 1 to 10000',
    example: '40',
    description: 'Scrapes that the exporter works on at once, and answers that may wait to be read.',
  },
  { min: 1, max: 10_000, fallback: 40 },
);

export const maxConnections: Setting<number> = integerSetting(
  {
    variable: 'PROMSHARD_MAX_CONNECTIONS',
    expected: 'a whole number of connections from 10 to 100000',
    example: '500',
    description: 'Connections that the exporter keeps; beyond them the one that has been idle longest goes.',
  },
  { min: 10, max: 100_000, fallback: 500 },
);
