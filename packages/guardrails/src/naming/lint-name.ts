import { abbreviatedUnit, unitOf } from './units.js';

/** What a metric is declared or exposed as. */
export interface NamedMetric {
  /** As exposed: a counter's with `_total`. */
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'histogram' | 'summary' | 'untyped';
  readonly help: string;
  readonly labelNames: readonly string[];
}

/** A breach of the naming rules of Prometheus. */
export interface NameProblem {
  readonly code: NameProblemCode;
  /** In `promtool check metrics`' words, so that both can be searched for. */
  readonly message: string;
}

export type NameProblemCode =
  | 'no-help'
  | 'unit'
  | 'unit-abbreviated'
  | 'total-suffix'
  | 'reserved-suffix'
  | 'reserved-label'
  | 'type-in-name'
  | 'colon'
  | 'camel-case';

/** The rules of promlint (`prometheus/client_golang`, `testutil/promlint/validations`), held against `promtool check metrics` by a test. */
export function lintName(metric: NamedMetric): NameProblem[] {
  return [
    ...helpProblems(metric),
    ...unitProblems(metric),
    ...suffixProblems(metric),
    ...labelProblems(metric),
    ...typeProblems(metric),
    ...spellingProblems(metric),
  ];
}

function helpProblems({ help }: NamedMetric): NameProblem[] {
  return help === '' ? [{ code: 'no-help', message: 'no help text' }] : [];
}

function unitProblems({ name }: NamedMetric): NameProblem[] {
  const found = unitOf(name);
  if (found === undefined || found.unit === found.base) return [];
  return [{ code: 'unit', message: `use base unit "${found.base}" instead of "${found.unit}"` }];
}

function suffixProblems({ name, type }: NamedMetric): NameProblem[] {
  const problems: NameProblem[] = [];
  const isTotal = name.endsWith('_total');
  if (type === 'untyped') return problems;
  if (type === 'counter' && !isTotal) {
    problems.push({ code: 'total-suffix', message: 'counter metrics should have "_total" suffix' });
  }
  if (type !== 'counter' && isTotal) {
    problems.push({ code: 'total-suffix', message: 'non-counter metrics should not have "_total" suffix' });
  }
  if (type !== 'histogram' && name.endsWith('_bucket')) {
    problems.push({
      code: 'reserved-suffix',
      message: 'non-histogram metrics should not have "_bucket" suffix',
    });
  }
  if (type !== 'histogram' && type !== 'summary') {
    for (const suffix of ['_count', '_sum']) {
      if (!name.endsWith(suffix)) continue;
      const message = `non-histogram and non-summary metrics should not have "${suffix}" suffix`;
      problems.push({ code: 'reserved-suffix', message });
    }
  }
  return problems;
}

function labelProblems({ type, labelNames }: NamedMetric): NameProblem[] {
  if (type === 'untyped') return [];
  const reserved = [
    { label: 'le', owner: 'histogram' },
    { label: 'quantile', owner: 'summary' },
  ];
  return reserved
    .filter(({ label, owner }) => type !== owner && labelNames.includes(label))
    .map(({ label, owner }) => ({
      code: 'reserved-label',
      message: `non-${owner} metrics should not have "${label}" label`,
    }));
}

function typeProblems({ name, type }: NamedMetric): NameProblem[] {
  if (type === 'untyped' || !hasWord(name, type)) return [];
  return [{ code: 'type-in-name', message: `metric name should not include type '${type}'` }];
}

function spellingProblems({ name, labelNames }: NamedMetric): NameProblem[] {
  const problems: NameProblem[] = [];
  if (name.includes(':')) problems.push({ code: 'colon', message: "metric names should not contain ':'" });
  const subjects = [
    ...(isCamelCase(name) ? ['metric'] : []),
    ...labelNames.filter((label) => isCamelCase(label)).map(() => 'label'),
  ];
  for (const subject of subjects) {
    const message = `${subject} names should be written in 'snake_case' not 'camelCase'`;
    problems.push({ code: 'camel-case', message });
  }
  if (abbreviatedUnit(name) !== undefined) {
    problems.push({ code: 'unit-abbreviated', message: 'metric names should not contain abbreviated units' });
  }
  return problems;
}

function isCamelCase(name: string): boolean {
  return /[a-z][A-Z]/.test(name);
}

function hasWord(name: string, word: string): boolean {
  const lower = name.toLowerCase();
  return lower.includes(`_${word}_`) || lower.endsWith(`_${word}`);
}
