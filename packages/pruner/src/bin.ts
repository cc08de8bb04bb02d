#!/usr/bin/env node
import { CONFIG_EXIT_CODE, ConfigError, loadPrunerConfig } from '@promshard/config';

import { HELP, parseCommandLine } from './command-line.js';
import { describeReport } from './describe-report.js';
import { prune } from './prune.js';
import type { PruneReport } from './prune-report.js';
import type { PrunerError } from './pruner-error.js';
import { describeReset } from './describe-reset.js';
import { reportToJson } from './report-to-json.js';
import { resetDirectory, type ResetReport } from './reset-directory.js';
import { startPruner } from './start-pruner.js';
import { VERSION } from './version.js';

const USAGE_EXIT_CODE = 64;

const EXIT_CODES: Readonly<Record<(PruneReport | ResetReport)['kind'], number>> = {
  done: 0,
  failed: 1,
  refused: 2,
  busy: 75,
};

async function main(): Promise<number> {
  const command = parseCommandLine(process.argv.slice(2));
  switch (command.kind) {
    case 'help':
      process.stdout.write(HELP);
      return 0;
    case 'version':
      process.stdout.write(`${VERSION}\n`);
      return 0;
    case 'misuse':
      process.stderr.write(`promshard-pruner: ${command.message}\n\n${HELP}`);
      return USAGE_EXIT_CODE;
    case 'prune': {
      const { dir, watch, dryRun, json } = command;
      const print = (report: PruneReport): void => {
        if (json) process.stdout.write(`${reportToJson(report)}\n`);
        else (report.kind === 'done' ? process.stdout : process.stderr).write(`${describeReport(report)}\n`);
      };
      if (watch) return watchDirectory(dir, print);
      const report = await prune({ ...loadPrunerConfig(process.env, { dir }), dryRun });
      print(report);
      return EXIT_CODES[report.kind];
    }
    case 'reset': {
      const { dir } = loadPrunerConfig(process.env, { dir: command.dir });
      const report = await resetDirectory({ dir });
      const text = command.json ? reportToJson(report) : describeReset(report);
      (command.json || report.kind === 'done' ? process.stdout : process.stderr).write(`${text}\n`);
      if (report.kind === 'done' && report.left.length > 0) return EXIT_CODES.failed;
      return EXIT_CODES[report.kind];
    }
    default:
      return command satisfies never;
  }
}

async function watchDirectory(
  dir: string | undefined,
  print: (report: PruneReport) => void,
): Promise<number> {
  // The report says it all, and a run that did nothing needs no line.
  const onReport = (report: PruneReport): void => {
    if (
      report.kind !== 'done' ||
      report.deleted.length > 0 ||
      report.mended.length > 0 ||
      report.overflow !== undefined
    )
      print(report);
  };
  const pruner = startPruner({ dir, onReport, onError: tellOfRecords });
  await new Promise<void>((resolve) => {
    // The pruner's own timer does not keep the process alive.
    const alive = setInterval(() => undefined, 2 ** 30);
    const stop = (): void => {
      clearInterval(alive);
      resolve();
    };
    process.on('SIGTERM', stop);
    process.on('SIGINT', stop);
  });
  await pruner.close();
  return 0;
}

/** Whatever else is told to `onError` is in the reports. */
function tellOfRecords({ code, message }: PrunerError): void {
  if (code === 'records-forbidden') process.stderr.write(`promshard-pruner: ${message}\n`);
}

try {
  process.exitCode = await main();
} catch (error) {
  const isConfig = error instanceof ConfigError;
  process.stderr.write(`promshard-pruner: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = isConfig ? CONFIG_EXIT_CODE : 1;
}
