#!/usr/bin/env node
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

import { CONFIG_EXIT_CODE, ConfigError, loadExporterConfig } from '@promshard/config';

import { ExporterError } from './exporter-error.js';
import { endWithParent, isReadOnly, runReadOnly } from './read-only-process.js';
import { startExporter } from './start-exporter.js';
import { VERSION } from './version.js';

const USAGE_EXIT_CODE = 64;

const HELP = `promshard-exporter: serves the metrics of many processes on GET /metrics, reading only

  --dir DIR     the shard directory               (PROMETHEUS_MULTIPROC_DIR)
  --host HOST   address to listen on, 127.0.0.1   (WORKER_METRICS_EXPORTER_HOST)
  --port PORT   port to listen on, 9108           (WORKER_METRICS_EXPORTER_PORT)
  --label-policy standard|off
                which labels go out, standard     (PROMSHARD_LABEL_POLICY)
  --check       check the configuration and exit
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
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    ...given('PROMETHEUS_MULTIPROC_DIR', options.dir),
    ...given('WORKER_METRICS_EXPORTER_HOST', options.host),
    ...given('WORKER_METRICS_EXPORTER_PORT', options.port),
    ...given('PROMSHARD_LABEL_POLICY', options['label-policy']),
  };
  loadExporterConfig(env);
  if (options.check === true) return print('promshard-exporter: the configuration is valid\n');
  if (!isReadOnly()) return runReadOnly(fileURLToPath(import.meta.url), process.argv.slice(2));
  return serve(env);
}

async function serve(env: NodeJS.ProcessEnv): Promise<number> {
  const stopped = new Promise<void>((resolve) => {
    // A terminal's Ctrl-C comes twice: to the whole process group, and passed on by the parent.
    process.on('SIGTERM', resolve);
    process.on('SIGINT', resolve);
    endWithParent(resolve);
  });
  const exporter = await startExporter({ env });
  print(`promshard-exporter: listening on ${exporter.url}, read-only under Node's permission model\n`);
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
      'label-policy': text,
      check: flag,
      version: flag,
      help: flag,
    },
  }).values;
}

function given(variable: string, value: string | undefined): NodeJS.ProcessEnv {
  return value === undefined ? {} : { [variable]: value };
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
