import { basename, join, resolve } from 'node:path';

import fastGlob from 'fast-glob';

import { type Finding, sortFindings } from './finding.js';
import { GuardError } from './guard-error.js';
import { ImportResolver } from './graph/resolver.js';
import type { Report } from './output/report.js';
import { replaceFile } from './replace-file.js';
import { checkExporters } from './rules/exporter-read-only.js';
import { checkMetrics } from './rules/metric-declarations.js';
import type { Project } from './rules/project.js';
import { checkTaskNames, registeredNames, snapshotText } from './rules/task-names.js';
import { checkWorkers } from './rules/worker-no-listen.js';
import { memoryCache, openFactsCache } from './scan/facts-cache.js';
import { Scanner } from './scan/scanner.js';
import type { GuardConfig, TaskNameRules } from './settings/guard-config.js';
import { CONFIG_FILE, type LoadedConfig } from './settings/load-config.js';

/** How a run goes. */
export interface CheckOptions {
  /** Remember what files say between runs, in `node_modules/.cache/promshard-guard`; on by default. */
  readonly cache?: boolean;
  /** Write the snapshot of task names in the place of comparing with it. */
  readonly updateSnapshot?: boolean;
  /** The configuration file, as findings about it name it. */
  readonly configFile?: string;
}

/**
 * Looks at a codebase by every rule that its configuration has.
 *
 * Reads files; writes only the cache and, if asked, the snapshot.
 *
 * @throws {@link GuardError} for entry points that are not there, a damaged snapshot, or one that cannot be written.
 */
export async function checkProject(
  { config, root }: LoadedConfig,
  options: CheckOptions = {},
): Promise<Report> {
  const started = performance.now();
  const configFile = basename(options.configFile ?? CONFIG_FILE);
  const cache = options.cache === false ? memoryCache() : openFactsCache(root);
  const scanner = new Scanner(cache);
  const project: Project = { root, scanner, resolver: new ImportResolver(config.conditions) };

  // Together first: thousands of files are worth several threads, and the rules then find them read.
  const sources = config.metrics === undefined ? [] : find(root, config.include, config.exclude);
  await scanner.scan(sources);

  const findings: Finding[] = [];
  const { workers, exporters, metrics, taskNames } = config;
  const workersReach =
    workers && (await checkWorkers(project, workers, entriesOf('workers', root, workers), configFile));
  findings.push(...(workersReach?.findings ?? []));
  if (exporters !== undefined) {
    const result = await checkExporters(
      project,
      exporters,
      entriesOf('exporters', root, exporters),
      configFile,
    );
    findings.push(...result.findings);
  }
  if (metrics !== undefined) {
    const context = { workers: workersReach?.reach, configFile };
    findings.push(...unparsed(project, sources), ...(await checkMetrics(project, metrics, sources, context)));
  }
  if (taskNames !== undefined) findings.push(...taskNameFindings(project, taskNames, config, options));
  cache.save();

  const { files, remembered } = scanner.stats;
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  const summary = `${files} files (${remembered} of them unchanged) in ${seconds} s`;
  return { findings: sortFindings(withoutRepeats(findings)), summary };
}

/** Absolute paths, sorted. */
function find(root: string, patterns: readonly string[], ignore: readonly string[]): string[] {
  return fastGlob
    .sync([...patterns], {
      cwd: root,
      ignore: [...ignore],
      absolute: true,
      dot: false,
      followSymbolicLinks: false,
    })
    .toSorted();
}

/** A pattern that matches nothing would be a rule that looks at nothing. */
function entriesOf(
  rule: string,
  root: string,
  { entries }: { readonly entries: readonly string[] },
): string[] {
  const found = entries.flatMap((pattern) => {
    const files = find(root, [pattern], []);
    if (files.length > 0) return files;
    const message = `${rule}.entries: ${pattern} matches no file below ${root}. Correct it, or build what it names first.`;
    throw new GuardError('input-missing', message);
  });
  return [...new Set(found)].map((path) => resolve(path));
}

function unparsed({ scanner, root }: Project, sources: readonly string[]): Finding[] {
  return sources.flatMap((path): Finding[] => {
    const problem = scanner.factsOf(path)?.problem;
    if (problem === undefined) return [];
    const { line, column, message } = problem;
    const file = path.slice(root.length + 1);
    const text = `The file does not parse: ${message}.`;
    return [{ rule: 'coverage', code: 'not-parsed', severity: 'error', file, line, column, message: text }];
  });
}

function taskNameFindings(
  project: Project,
  rules: TaskNameRules,
  config: GuardConfig,
  { updateSnapshot = false }: CheckOptions,
): readonly Finding[] {
  const registered = registeredNames(project, rules, (pattern) =>
    find(project.root, [pattern], config.exclude),
  );
  if (!updateSnapshot) return checkTaskNames(project, rules, registered);
  // Names that could not be read would be lost from the snapshot.
  if (registered.findings.length > 0) return registered.findings;
  try {
    replaceFile(join(project.root, rules.snapshot), snapshotText(registered));
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new GuardError('not-written', `${rules.snapshot} cannot be written: ${why}`, { cause });
  }
  return [];
}

/** Two rules may meet the same file that does not parse. */
function withoutRepeats(findings: readonly Finding[]): Finding[] {
  const seen = new Set<string>();
  return findings.filter(({ rule, code, file, line, column, message }) => {
    const key = [rule, code, file, line, column, message].join('\0');
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
