import type { Place } from './source/module-facts.js';

/** A rule by the name that configuration and reports use. */
export type RuleName =
  | 'worker-no-listen'
  | 'exporter-read-only'
  | 'metric-declarations'
  | 'task-names'
  | 'audit'
  /** What no rule could look at: files that do not parse, imports that lead nowhere, allowances of nothing. */
  | 'coverage';

/** `error` fails a run, `warning` does so with `--strict` only. */
export type Severity = 'error' | 'warning';

/** One place of a chain of imports. */
export interface ChainStep extends Place {
  /** Relative to the configuration's directory, with forward slashes. */
  readonly file: string;
  /** What happens there: `imports './queue.js'`. */
  readonly text: string;
}

/** Something that breaks a rule, or that a rule could not see through. Never holds a label's value. */
export interface Finding extends Place {
  readonly rule: RuleName;
  /** What is wrong, stable across releases: `listens`, `forbidden-label`. */
  readonly code: string;
  readonly severity: Severity;
  /** Relative to the configuration's directory, with forward slashes; for an audit, what was audited. */
  readonly file: string;
  /** What is wrong, then what to do. One line. */
  readonly message: string;
  /** From an entry point to the place that breaks the rule. */
  readonly chain?: readonly ChainStep[];
}

const SEVERITIES: readonly Severity[] = ['error', 'warning'];

/** Errors first, then by file and line. */
export function sortFindings(findings: readonly Finding[]): Finding[] {
  return findings.toSorted(
    (a, b) =>
      SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) ||
      compare(a.file, b.file) ||
      a.line - b.line ||
      a.column - b.column ||
      compare(a.rule, b.rule) ||
      compare(a.message, b.message),
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
