import { definePolicy, type LabelPolicy } from '@promshard/label-policy';

import type { Finding, Severity } from '../finding.js';
import type { Reach } from '../graph/reach.js';
import { lintName } from '../naming/lint-name.js';
import { MetricAllowances } from '../naming/metric-allowances.js';
import type { MetricRules } from '../settings/guard-config.js';
import type { MetricClass, MetricDeclaration, Place, StaticItem } from '../source/module-facts.js';
import { declaredMetrics, type DeclaredMetric } from './declared-metrics.js';
import { type Project, shownPath } from './project.js';

const OUR_WRITER = '@promshard/writer';
const VALID_NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;

/** What is known of the codebase besides the files: which of them run in workers. */
export interface MetricContext {
  /** Files that workers load; undefined where no worker is declared. */
  readonly workers: Reach | undefined;
  readonly configFile: string;
}

/** `metric-declarations`: names, labels, gauge modes and the policy's coverage, as the sources declare them. */
export async function checkMetrics(
  project: Project,
  rules: MetricRules,
  paths: readonly string[],
  { workers, configFile }: MetricContext,
): Promise<Finding[]> {
  const metrics = await declaredMetrics(project, paths, rules.modules);
  const policy = definePolicy(rules.policy);
  const allowances = new MetricAllowances(rules.allow);
  const usesShards = metrics.some(({ module }) => module === OUR_WRITER);
  const findings: Finding[] = [];

  for (const metric of metrics) {
    const name = nameOf(metric);
    const report: Report = (code, severity, place, text, label) => {
      if (allowances.covers({ metric: name ?? '', code, label })) return;
      findings.push({
        rule: 'metric-declarations',
        code,
        severity,
        file: shownPath(project, metric.path),
        line: place.line,
        column: place.column,
        message: `${metric.declaration.class} ${name ?? 'of a computed name'}: ${text}`,
      });
    };
    checkName(metric, name, report);
    checkLabels(metric, policy, report);
    const runsInWorkers = workers?.files.has(metric.path) === true;
    checkMode(metric, runsInWorkers, report);
    if (runsInWorkers && usesShards && metric.module !== OUR_WRITER) {
      report(
        'outside-policy',
        'error',
        metric.declaration,
        `it is declared with ${metric.module} in a file that workers load, so neither the shards nor the label policy cover it. ` +
          `Take the class from ${OUR_WRITER}.`,
      );
    }
  }
  return [
    ...findings,
    ...conflicts(project, metrics),
    ...staleLabels(rules, metrics, configFile),
    ...allowances
      .unused()
      .map(({ metric }) =>
        aboutConfig(
          configFile,
          'unused-allowance',
          `The allowance of ${metric} in metric-declarations allows nothing. Remove it.`,
        ),
      ),
  ];
}

type Report = (code: string, severity: Severity, place: Place, text: string, label?: string) => void;

/** The name as it will be exposed; undefined where it is computed. */
function nameOf({ declaration, module }: DeclaredMetric): string | undefined {
  const { name } = declaration;
  if (name.kind !== 'known') return undefined;
  // The writer exposes every counter with `_total`, and every info with `_info`.
  const suffix = module === OUR_WRITER ? SUFFIXES[declaration.class] : undefined;
  return suffix === undefined || name.text.endsWith(suffix) ? name.text : name.text + suffix;
}

const SUFFIXES: Readonly<Partial<Record<MetricClass, string>>> = { Counter: '_total', Info: '_info' };

function checkName({ declaration }: DeclaredMetric, name: string | undefined, report: Report): void {
  if (name === undefined) {
    const text =
      'its name cannot be read from the source, so it was not checked. Write it as a literal or a constant.';
    report('computed-declaration', 'warning', declaration, text);
    return;
  }
  if (!VALID_NAME.test(name)) {
    report('invalid-name', 'error', declaration, 'the name has characters that Prometheus does not take.');
    return;
  }
  const problems = lintName({
    name,
    type: typeOf(declaration),
    help: declaration.help.kind === 'known' ? declaration.help.text : declaration.help.kind,
    labelNames: labelsOf(declaration).map(({ text }) => text),
  });
  for (const { code, message } of problems) report(code, 'error', declaration, `${message}.`);
  if (declaration.help.kind === 'absent') report('no-help', 'error', declaration, 'no help text.');
}

function typeOf({ class: name }: MetricDeclaration): 'counter' | 'gauge' | 'histogram' | 'summary' {
  switch (name) {
    case 'Counter':
      return 'counter';
    case 'Gauge':
      return 'gauge';
    case 'Histogram':
      return 'histogram';
    case 'Summary':
      return 'summary';
    case 'Info':
    case 'StateSet':
      // As Prometheus has them.
      return 'gauge';
    default:
      return name satisfies never;
  }
}

function labelsOf({ labelNames }: MetricDeclaration): readonly StaticItem[] {
  return labelNames.kind === 'absent' ? [] : labelNames.items;
}

const LABEL_ADVICE: Readonly<Record<string, string>> = {
  'forbidden-name':
    'such values are personal or without end. Use a class of the value (a route, a kind, a role) or leave it out',
  'reserved-name': 'Prometheus or the aggregator sets it',
  'invalid-name': 'it has characters that Prometheus does not take',
  'undeclared-name': 'the policy declares no such label. Declare it with its values, or leave it out',
};

function checkLabels({ declaration }: DeclaredMetric, policy: LabelPolicy, report: Report): void {
  for (const { text, ...place } of labelsOf(declaration)) {
    if (declaration.class === 'StateSet' && isNameOf(declaration, text)) {
      const taken = `the label ${text} may not be declared: the states are told apart by a label of that name.`;
      report('reserved-label', 'error', place, taken, text);
    }
    const violation = policy.checkName(text);
    if (violation === undefined) continue;
    const code = violation.reason === 'undeclared-name' ? 'undeclared-label' : 'forbidden-label';
    const advice = LABEL_ADVICE[violation.reason] ?? violation.reason;
    report(code, 'error', place, `the label ${text} may not be declared: ${advice}.`, text);
  }
  if (declaration.labelNames.kind === 'partly') {
    const text =
      'not all of its labels can be read from the source, so they were not checked. Write them as literals or constants.';
    report('computed-declaration', 'warning', declaration, text);
  }
}

function isNameOf({ name }: MetricDeclaration, label: string): boolean {
  return name.kind === 'known' && name.text === label;
}

function checkMode({ declaration, module }: DeclaredMetric, runsInWorkers: boolean, report: Report): void {
  if (declaration.class !== 'Gauge' || declaration.mode.kind !== 'absent') return;
  if (module !== OUR_WRITER && !runsInWorkers) return;
  const option = module === OUR_WRITER ? 'multiprocessMode' : 'aggregator';
  const text = `it does not say how the values of several processes combine. Give it ${
    option === 'aggregator' ? 'an' : 'a'
  } ${option}: a sum, a maximum, the most recent, or one series for each process.`;
  report('missing-gauge-mode', 'error', declaration, text);
}

/** One name declared in two ways: the two cannot be shown together. */
function conflicts(project: Project, metrics: readonly DeclaredMetric[]): Finding[] {
  const first = new Map<string, DeclaredMetric>();
  const findings: Finding[] = [];
  for (const metric of metrics) {
    const name = nameOf(metric);
    if (name === undefined) continue;
    const other = first.get(name);
    if (other === undefined) {
      first.set(name, metric);
      continue;
    }
    const differs = difference(metric.declaration, other.declaration);
    if (differs === undefined) continue;
    const { line, column } = metric.declaration;
    const where = `${shownPath(project, other.path)}:${other.declaration.line}`;
    findings.push({
      rule: 'metric-declarations',
      code: 'conflicting-declaration',
      severity: 'error',
      file: shownPath(project, metric.path),
      line,
      column,
      message: `${metric.declaration.class} ${name}: ${where} declares the same name with another ${differs}. Give one of them another name.`,
    });
  }
  return findings;
}

function difference(one: MetricDeclaration, other: MetricDeclaration): string | undefined {
  if (one.class !== other.class) return 'type';
  const areKnown = one.labelNames.kind !== 'partly' && other.labelNames.kind !== 'partly';
  return areKnown && labelSet(one) !== labelSet(other) ? 'set of labels' : undefined;
}

function labelSet(metric: MetricDeclaration): string {
  return labelsOf(metric)
    .map(({ text }) => text)
    .toSorted()
    .join();
}

/** Labels that a strict policy declares and no metric has: left over, or misspelt. */
function staleLabels(
  { policy }: MetricRules,
  metrics: readonly DeclaredMetric[],
  configFile: string,
): Finding[] {
  if (policy.mode !== 'strict' || metrics.some(({ declaration }) => declaration.labelNames.kind === 'partly'))
    return [];
  const used = new Set(metrics.flatMap(({ declaration }) => labelsOf(declaration).map(({ text }) => text)));
  return Object.keys(policy.labels)
    .filter((label) => !used.has(label))
    .map((label) =>
      aboutConfig(
        configFile,
        'unused-label',
        `The policy declares the label ${label}, which no metric has. Remove it.`,
      ),
    );
}

function aboutConfig(file: string, code: string, message: string): Finding {
  return { rule: 'coverage', code, severity: 'warning', file, line: 1, column: 1, message };
}
