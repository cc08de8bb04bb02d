import { realpathSync } from 'node:fs';
import path from 'node:path';

import {
  ConfigError,
  type ExporterConfig,
  type ExporterOverrides,
  loadExporterConfig,
} from '@promshard/config';

import type { ListenTarget } from './listen.js';
import { type ProcessIds, systemdSockets } from './systemd-sockets.js';
import { openWebConfig, type WebConfigFile } from './web-config/web-config-file.js';
import { webConfigError } from './web-config/web-config-error.js';

const UNIX = 'unix:';

/** A checked configuration, and the web configuration that goes with it. */
export interface PreparedExporter {
  readonly config: ExporterConfig;
  /** The web configuration, if one is named. */
  readonly file: WebConfigFile | undefined;
  readonly isTls: boolean;
}

/**
 * Checks everything that can be checked without listening: settings, the directory, the web configuration, its certificates.
 *
 * @throws ConfigError of `@promshard/config`
 */
export function prepareExporter(env: NodeJS.ProcessEnv, overrides: ExporterOverrides): PreparedExporter {
  const config = loadExporterConfig(env, overrides);
  const isUnix = config.host.startsWith(UNIX) && !config.systemdSocket;
  if (isUnix) refuseWithin(config.dir, config.host.slice(UNIX.length));
  if (config.webConfigFile === undefined) return { config, file: undefined, isTls: false };
  const file = openWebConfig(config.webConfigFile);
  const tls = file.tls();
  if (tls.kind === 'invalid') throw webConfigError(file.path, tls.problems);
  if (isUnix && tls.kind === 'on') throw tlsOverUnix(config.host);
  return { config, file, isTls: tls.kind === 'on' };
}

/** Where the exporter listens. Throws ConfigError where systemd should have passed sockets and has not. */
export function listenTargets(
  { host, port, socketMode, systemdSocket }: ExporterConfig,
  env: NodeJS.ProcessEnv,
  ids: ProcessIds,
): readonly ListenTarget[] {
  if (systemdSocket) return systemdSockets(env, ids).map((fd) => ({ kind: 'descriptor', fd }));
  if (!host.startsWith(UNIX)) return [{ kind: 'tcp', host, port }];
  return [{ kind: 'unix', path: host.slice(UNIX.length), mode: Number.parseInt(socketMode, 8) }];
}

/** TLS tells a connection's sockets apart by address and port, which Unix sockets have not. */
export function tlsOverUnix(received: string): ConfigError {
  return hostError(
    'is a Unix socket, over which TLS is not offered: its mode says who may connect',
    'an IP address or a host name where tls_server_config is given',
    '127.0.0.1',
    received,
  );
}

/** A socket is a file: it would be made, and removed, in the directory that the exporter may only read. */
function refuseWithin(dir: string, socket: string): void {
  const relative = path.relative(realPath(dir), realPath(path.dirname(socket)));
  if (relative !== '' && (relative.startsWith('..') || path.isAbsolute(relative))) return;
  throw hostError(
    'is a Unix socket within the shard directory, to which the exporter adds nothing',
    'the path of a socket outside of PROMETHEUS_MULTIPROC_DIR',
    'unix:/run/promshard-exporter/exporter.sock',
    UNIX + socket,
  );
}

function realPath(name: string): string {
  try {
    return realpathSync(name);
  } catch {
    return path.resolve(name);
  }
}

function hostError(complaint: string, expected: string, value: string, host: string): ConfigError {
  const variable = 'WORKER_METRICS_EXPORTER_HOST';
  const example = `${variable}=${value}`;
  const received = JSON.stringify(host);
  const message = `${variable} ${complaint}. Expected ${expected}, for example ${example}. Received ${received}.`;
  return new ConfigError([{ variable, expected, example, received, message }]);
}
