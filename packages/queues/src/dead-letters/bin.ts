#!/usr/bin/env node
import { Registry } from 'prom-client';

import { VERSION } from '../version.js';
import { type Command, HELP, parseCommandLine } from './command-line.js';
import { DeadLettersError, type DeadLettersErrorCode } from './dead-letters-error.js';
import { describeListing, describeOutcome, describeReport, reportToJson } from './describe-dead-letters.js';
import { driversOf } from './drivers.js';
import { failureReason } from './failure-reason.js';
import { openBroker, type OpenBroker } from './open-broker.js';

const EXIT_CODES = { failed: 1, usage: 64, unreachable: 69, config: 78 } as const;

const ERROR_EXIT_CODES: Readonly<Record<DeadLettersErrorCode, number>> = {
  OPTIONS_INVALID: EXIT_CODES.usage,
  SELECTION_UNSUPPORTED: EXIT_CODES.usage,
  DRIVER_MISSING: EXIT_CODES.config,
  SCHEMA_UNKNOWN: EXIT_CODES.config,
};

type Work = Extract<Command, { kind: 'list' | 'replay' | 'drop' }>;

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
      process.stderr.write(`promshard-dead-letters: ${command.message}\n\n${HELP}`);
      return EXIT_CODES.usage;
    case 'list':
    case 'replay':
    case 'drop':
      return work(command);
    default:
      return command satisfies never;
  }
}

async function work(command: Work): Promise<number> {
  const { source } = command;
  const url = process.env[source.urlVariable];
  if (url === undefined || !URL.canParse(url)) {
    // Not a word of what is there: it may be a password without its URL.
    const found = url === undefined || url === '' ? 'it is not set' : 'it holds something else';
    complain(`${source.urlVariable} has to hold the URL of the broker; ${found}.`);
    return EXIT_CODES.config;
  }
  let broker: OpenBroker | undefined;
  try {
    // Nobody scrapes a program that ends: what is counted here is what the report says.
    broker = await openBroker(source, url, driversOf(process.cwd()), { registry: new Registry() });
    return await (command.kind === 'list' ? list(broker, command) : change(broker, command));
  } catch (error) {
    if (error instanceof DeadLettersError) {
      complain(error.message);
      return ERROR_EXIT_CODES[error.code];
    }
    complain(`the broker cannot be asked: it ${failureReason(error)}.`);
    return EXIT_CODES.unreachable;
  } finally {
    await broker?.close().catch(() => {});
  }
}

async function list({ letters }: OpenBroker, command: Extract<Work, { kind: 'list' }>): Promise<number> {
  const listing = await letters.list({ ...selectionOf(command), payloads: command.payloads });
  print(command.json ? JSON.stringify(listing) : describeListing(listing));
  return 0;
}

async function change(
  { letters }: OpenBroker,
  command: Extract<Work, { kind: 'replay' | 'drop' }>,
): Promise<number> {
  const { kind, source, ratePerSecond, dryRun, json } = command;
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());
  const options = {
    dryRun,
    signal: stop.signal,
    ...(ratePerSecond !== undefined && { ratePerSecond }),
    ...(!json && {
      onOutcome: (...outcome: Tail<Parameters<typeof describeOutcome>>) =>
        print(describeOutcome(kind, ...outcome)),
    }),
  };
  const report =
    kind === 'replay'
      ? await letters.replay(selectionOf(command), {
          ...options,
          ...(source.to !== undefined && { to: source.to }),
        })
      : await letters.drop(selectionOf(command), options);
  print(json ? reportToJson(report) : describeReport(report));
  return report.ended === 'failed' || report.total.refused > 0 ? EXIT_CODES.failed : 0;
}

type Tail<Tuple extends readonly unknown[]> = Tuple extends [unknown, ...infer Rest] ? Rest : never;

function selectionOf({ source: { queue }, selection: { task, ids, limit } }: Work): {
  queue?: string;
  task?: string;
  ids?: readonly string[];
  limit?: number;
} {
  return {
    ...(queue !== undefined && { queue }),
    ...(task !== undefined && { task }),
    ...(ids !== undefined && { ids }),
    ...(limit !== undefined && { limit }),
  };
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

function complain(text: string): void {
  process.stderr.write(`promshard-dead-letters: ${text}\n`);
}

process.exitCode = await main();
