import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';

import { createAggregator } from '@promshard/aggregator';
import { type ExpositionFormat, ExpositionParseError, parseExposition } from '@promshard/exposition';

import type { Finding } from '../finding.js';
import { GuardError } from '../guard-error.js';
import { auditedFamily } from './audited-family.js';
import type { AuditedExposition } from './audit-families.js';

/** Expositions found at a target, and what could not be read of it. */
export interface ReadTarget {
  readonly expositions: readonly AuditedExposition[];
  readonly findings: readonly Finding[];
}

const ACCEPT = 'application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5,*/*;q=0.1';
const EXPOSITION_FILE = /\.(?:prom|txt|om|metrics)$/;

/**
 * Reads what an audit is about: a URL to scrape, a directory of shards or of exposition files, or one file.
 *
 * @throws {@link GuardError} `input-missing` or `unreachable`.
 */
export async function readTarget(target: string, cwd: string, timeoutMs = 15_000): Promise<ReadTarget> {
  if (/^https?:\/\//.test(target)) {
    const { text, format } = await scrape(target, timeoutMs);
    return parsed(target, text, format);
  }
  const path = resolve(cwd, target);
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) {
    throw new GuardError('input-missing', `${target} is neither a file nor a directory, and no http URL.`);
  }
  if (!stat.isDirectory()) return readFile(target, path);
  const names = readdirSync(path).toSorted();
  const parts = [
    ...names
      .filter((name) => EXPOSITION_FILE.test(name))
      .map((name) => readFile(`${target}/${name}`, join(path, name))),
    ...(names.some((name) => name.endsWith('.db')) ? [await readShards(target, path)] : []),
  ];
  if (parts.length === 0) {
    throw new GuardError(
      'input-missing',
      `${target} holds neither shards (*.db) nor expositions (*.prom, *.txt, *.om).`,
    );
  }
  return {
    expositions: parts.flatMap(({ expositions }) => expositions),
    findings: parts.flatMap(({ findings }) => findings),
  };
}

function readFile(target: string, path: string): ReadTarget {
  const text = readFileSync(path, 'utf8');
  return parsed(target, text, /(?:^|\n)# EOF\n?$/.test(text) ? 'openmetrics' : 'text');
}

function parsed(target: string, text: string, format: ExpositionFormat): ReadTarget {
  try {
    const { families } = parseExposition(text, { format });
    const lines = familyLines(text);
    return {
      expositions: [
        {
          target,
          families: families.flatMap((family) => auditedFamily(family) ?? []),
          lineOf: (name) => lines.get(name) ?? 1,
        },
      ],
      findings: [],
    };
  } catch (error) {
    if (!(error instanceof ExpositionParseError)) throw error;
    const { line, column, message } = error;
    const text2 = `The exposition breaks its format's rules, so the rest was not looked at: ${message}`;
    return { expositions: [], findings: [auditProblem('malformed', target, line, column, text2)] };
  }
}

async function readShards(target: string, dir: string): Promise<ReadTarget> {
  const { families, problems } = await createAggregator({ dir }).collect();
  return {
    expositions: [
      { target, families: families.flatMap((family) => auditedFamily(family) ?? []), lineOf: () => 1 },
    ],
    findings: problems.map(({ code, file, message }) =>
      auditProblem(`shard-${code}`, `${target}/${file}`, 1, 1, message),
    ),
  };
}

function auditProblem(code: string, file: string, line: number, column: number, message: string): Finding {
  return { rule: 'audit', code, severity: 'error', file, line, column, message };
}

async function scrape(url: string, timeoutMs: number): Promise<{ text: string; format: ExpositionFormat }> {
  let response: Response;
  let text: string;
  try {
    response = await fetch(url, { headers: { accept: ACCEPT }, signal: AbortSignal.timeout(timeoutMs) });
    text = await response.text();
  } catch (cause) {
    const inner = cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause;
    const why = inner instanceof Error ? inner.message : String(inner);
    throw new GuardError('unreachable', `${url} could not be scraped: ${why}`, { cause });
  }
  if (!response.ok)
    throw new GuardError('unreachable', `${url} was answered with status ${response.status}.`);
  const isOpenMetrics = /^application\/openmetrics-text\b/.test(response.headers.get('content-type') ?? '');
  return { text, format: isOpenMetrics ? 'openmetrics' : 'text' };
}

/** The line on which each family, or sample without a family, is first mentioned. */
function familyLines(text: string): Map<string, number> {
  const lines = new Map<string, number>();
  for (const [index, line] of text.split('\n').entries()) {
    const [, metadata, sample] =
      /^(?:# (?:HELP|TYPE|UNIT) (\S+)|([a-zA-Z_:][a-zA-Z0-9_:]*))/.exec(line) ?? [];
    const name = metadata ?? sample;
    if (name !== undefined && !lines.has(name)) lines.set(name, index + 1);
  }
  return lines;
}
