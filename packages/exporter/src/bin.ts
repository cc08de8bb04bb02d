#!/usr/bin/env node
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

import { CONFIG_EXIT_CODE, ConfigError } from '@promshard/config';
import { loadViews } from '@promshard/native/views';

import { ExporterError } from './exporter-error.js';
import { listenTargets, prepareExporter } from './prepare-exporter.js';
import { endWithParent, isReadOnly, runReadOnly, surroundings } from './read-only-process.js';
import { startExporterIn } from './start-exporter.js';
import { VERSION } from './version.js';

const USAGE_EXIT_CODE = 64;

/** Options and the variables in whose place they stand. */
const VARIABLES = [
  ['dir', 'PROMETHEUS_MULTIPROC_DIR'],
  ['host', 'WORKER_METRICS_EXPORTER_HOST'],
  ['port', 'WORKER_METRICS_EXPORTER_PORT'],
  ['socket-mode', 'PROMSHARD_SOCKET_MODE'],
  ['web.systemd-socket', 'PROMSHARD_SYSTEMD_SOCKET'],
  ['label-policy', 'PROMSHARD_LABEL_POLICY'],
  ['landing-page', 'PROMSHARD_LANDING_PAGE'],
  ['health-routes', 'PROMSHARD_HEALTH_ROUTES'],
  ['max-in-flight', 'PROMSHARD_MAX_SCRAPES_IN_FLIGHT'],
  ['max-connections', 'PROMSHARD_MAX_CONNECTIONS'],
] as const;

const HELP = `promshard-exporter: serves the metrics of many processes on GET /metrics, reading only

  --dir DIR     the shard directory               (PROMETHEUS_MULTIPROC_DIR)
  --host HOST   address to listen on, 127.0.0.1,  (WORKER_METRICS_EXPORTER_HOST)
                or a Unix socket: unix:/path
  --port PORT   port to listen on, 9108           (WORKER_METRICS_EXPORTER_PORT)
  --socket-mode MODE
                mode of a Unix socket, 0660       (PROMSHARD_SOCKET_MODE)
  --web.systemd-socket
                take the sockets of systemd       (PROMSHARD_SYSTEMD_SOCKET)
  --web.config.file FILE
                TLS and passwords, as Prometheus's exporters have them
                                                  (PROMSHARD_WEB_CONFIG_FILE)
  --label-policy standard|off
                which labels go out, standard     (PROMSHARD_LABEL_POLICY)
  --landing-page
                a page on /                       (PROMSHARD_LANDING_PAGE)
  --health-routes
                /-/healthy and /-/ready           (PROMSHARD_HEALTH_ROUTES)
  --max-in-flight N
                scrapes worked on at once, 40     (PROMSHARD_MAX_SCRAPES_IN_FLIGHT)
  --max-connections N
                connections kept, 500             (PROMSHARD_MAX_CONNECTIONS)
  --allow-addons
                read shards through mappings, which takes promshard's addon: two to three times as fast, but Node's
                permission model does not hold an addon
  --check       check the configuration, certificates too, and exit
  --version     print the version and exit
  --help        print this and exit

Exit codes: 0 stopped by a signal, 1 cannot listen, 64 unknown option, 78 wrong configuration.
`;

async function main(): Promise<number> {
  const options = readOptions();
  if (options === undefined) return USAGE_EXIT_CODE;
  if (options.help === true) return print(HELP);
  if (options.version === true) return print(`${VERSION}\n`);
  // Options stand in the variables' place, so that both are checked, and reported, by one set of rules.
  const env: NodeJS.ProcessEnv = { ...process.env };
  for (const [option, variable] of VARIABLES) {
    const value = options[option];
    if (value !== undefined) env[variable] = String(value);
  }
  const webConfigFile = options['web.config.file'];
  // As on the command lines of Prometheus's exporters, a relative path starts here.
  if (webConfigFile) env['PROMSHARD_WEB_CONFIG_FILE'] = path.resolve(webConfigFile);
  const { config } = prepareExporter(env, {});
  if (options.check === true) return print('promshard-exporter: the configuration is valid\n');
  const allowAddons = options['allow-addons'] === true;
  if (isReadOnly()) return serve(env, allowAddons);
  const targets = listenTargets(config, env, { pid: process.pid });
  const fds = targets.flatMap((target) => (target.kind === 'descriptor' ? [target.fd] : []));
  return runReadOnly(fileURLToPath(import.meta.url), process.argv.slice(2), { allowAddons, fds });
}

async function serve(env: NodeJS.ProcessEnv, allowAddons: boolean): Promise<number> {
  const stopped = new Promise<void>((resolve) => {
    // A terminal's Ctrl-C comes twice: to the whole process group, and passed on by the parent.
    process.on('SIGTERM', resolve);
    process.on('SIGINT', resolve);
    endWithParent(resolve);
  });
  const exporter = await startExporterIn(surroundings(), { env });
  const guard = `read-only under Node's permission model${allowAddons ? ', addons allowed' : ''}`;
  for (const url of exporter.urls) print(`promshard-exporter: listening on ${url}, ${guard}\n`);
  const { status } = loadViews();
  if (allowAddons && status.kind === 'absent') {
    print(`promshard-exporter: --allow-addons has no effect: ${status.reason}\n`);
  }
  await stopped;
  await exporter.close();
  return 0;
}

function readOptions(): ReturnType<typeof parse> | undefined {
  try {
    return parse();
  } catch (error) {
    process.stderr.write(
      `promshard-exporter: ${error instanceof Error ? error.message : String(error)}\n${HELP}`,
    );
    return undefined;
  }
}

function parse() {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  return parseArgs({
    options: {
      dir: text,
      host: text,
      port: text,
      'socket-mode': text,
      'web.systemd-socket': flag,
      'web.config.file': text,
      'label-policy': text,
      'landing-page': flag,
      'health-routes': flag,
      'max-in-flight': text,
      'max-connections': text,
      'allow-addons': flag,
      check: flag,
      version: flag,
      help: flag,
    },
  }).values;
}

function print(text: string): number {
  process.stdout.write(text);
  return 0;
}

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof ConfigError) && !(error instanceof ExporterError)) throw error;
  process.stderr.write(`promshard-exporter: ${error.message}\n`);
  process.exitCode = error instanceof ConfigError ? CONFIG_EXIT_CODE : 1;
}
