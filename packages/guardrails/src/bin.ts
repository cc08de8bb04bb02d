#!/usr/bin/env node
import { CONFIG_EXIT_CODE, ConfigError } from '@promshard/config';

import { auditTarget } from './audit/audit-target.js';
import { checkProject } from './check-project.js';
import { type Command, HELP, parseCommandLine } from './command-line.js';
import { describeEnvironment, type RoleSettings } from './config-command.js';
import { GuardError, type GuardErrorCode } from './guard-error.js';
import { printReport } from './output/print-report.js';
import { isFailure } from './output/report.js';
import { toTable } from './output/table.js';
import { loadConfig, loadConfigIfAny } from './settings/load-config.js';
import { VERSION } from './version.js';

const USAGE_EXIT_CODE = 64;

const ERROR_EXIT_CODES: Readonly<Record<GuardErrorCode, number>> = {
  'config-invalid': CONFIG_EXIT_CODE,
  'input-missing': 66,
  unreachable: 69,
  'not-written': 73,
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
      process.stderr.write(`promshard-guard: ${command.message}\n\n${HELP}`);
      return USAGE_EXIT_CODE;
    case 'check':
      return check(command);
    case 'audit':
      return audit(command);
    case 'config': {
      const described = describeEnvironment(command.roles, process.env);
      process.stdout.write(command.json ? `${JSON.stringify(described, undefined, 2)}\n` : listed(described));
      return 0;
    }
    default:
      return command satisfies never;
  }
}

async function check(command: Extract<Command, { kind: 'check' }>): Promise<number> {
  const { config, format, strict, cache, updateSnapshot } = command;
  const options = { cache, updateSnapshot, ...(config !== undefined && { configFile: config }) };
  const report = await checkProject(loadConfig(config), options);
  process.stdout.write(printReport(report, format));
  return isFailure(report, strict) ? 1 : 0;
}

async function audit(command: Extract<Command, { kind: 'audit' }>): Promise<number> {
  const { target, config, format, strict, maxSeries } = command;
  const { audit: rules } = loadConfigIfAny(config).config;
  const report = await auditTarget(target, {
    ...rules,
    maxSeriesPerMetric: maxSeries ?? rules.maxSeriesPerMetric,
  });
  process.stdout.write(format === 'text' ? toTable(report) : printReport(report, format));
  return isFailure(report, strict) ? 1 : 0;
}

function listed(roles: readonly RoleSettings[]): string {
  return roles
    .flatMap(({ role, settings }) => [
      `${role}:`,
      ...settings.map(({ name, value, origin }) => `  ${name} = ${value} (${origin})`),
    ])
    .map((line) => `${line}\n`)
    .join('');
}

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof GuardError) && !(error instanceof ConfigError)) throw error;
  process.stderr.write(`promshard-guard: ${error.message}\n`);
  process.exitCode = error instanceof ConfigError ? CONFIG_EXIT_CODE : ERROR_EXIT_CODES[error.code];
}
