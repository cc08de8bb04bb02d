import { definePolicy, type LabelPolicy } from '@promshard/label-policy';

import type { Finding, Severity } from '../finding.js';
import { lintName } from '../naming/lint-name.js';
import { MetricAllowances } from '../naming/metric-allowances.js';
import type { AuditRules } from '../settings/guard-config.js';
import type { AuditedFamily } from './audited-family.js';

/** What an exposition looks like and where its families stand. */
export interface AuditedExposition {
  /** The URL or path that was asked for. */
  readonly target: string;
  readonly families: readonly AuditedFamily[];
  /** Line of a family's first mention, from 1. */
  readonly lineOf: (name: string) => number;
}

/**
 * Looks for personal data, unbounded labels and bad names.
 *
 * Names the metric, the label and how many values, never a value.
 */
export function auditFamilies({ target, families, lineOf }: AuditedExposition, rules: AuditRules): Finding[] {
  const policy = definePolicy(rules.policy);
  const allowances = new MetricAllowances(rules.allow);
  const findings: Finding[] = [];
  for (const family of families) {
    const report: Report = (code, severity, text, label) => {
      if (allowances.covers({ metric: family.name, code, label })) return;
      const message = `${family.type} ${family.name}: ${text}`;
      findings.push({
        rule: 'audit',
        code,
        severity,
        file: target,
        line: lineOf(family.name),
        column: 1,
        message,
      });
    };
    for (const { code, message } of lintName({ ...family, labelNames: [...family.labels.keys()] })) {
      report(code, 'warning', `${message}.`);
    }
    checkLabels(family, policy, report);
    checkSize(family, rules.maxSeriesPerMetric, report);
  }
  return [
    ...findings,
    ...allowances.unused().map(({ metric, code = 'any finding', label }): Finding => ({
      rule: 'coverage',
      code: 'unused-allowance',
      severity: 'warning',
      file: target,
      line: 1,
      column: 1,
      message: `The allowance of ${code} for ${metric}${label === undefined ? '' : `{${label}}`} allows nothing here.`,
    })),
  ];
}

type Report = (code: string, severity: Severity, text: string, label?: string) => void;

function checkLabels({ labels }: AuditedFamily, policy: LabelPolicy, report: Report): void {
  for (const [label, values] of labels) {
    const badName = policy.checkName(label);
    // Collectors of many processes, Python's and ours, set `pid` themselves; its values are counted like any other's.
    if (badName !== undefined && !(badName.reason === 'reserved-name' && label === 'pid')) {
      report(
        'forbidden-label',
        'error',
        `the label ${label} (${counted(values.size)}) is refused: ${badName.reason}.`,
        label,
      );
    }
    const reasons = new Map<string, number>();
    for (const value of values) {
      const violation = policy.checkValue(label, value);
      // A label that is not declared has no declared values either.
      if (violation === undefined || (violation.reason === 'undeclared-value' && badName !== undefined))
        continue;
      reasons.set(violation.reason, (reasons.get(violation.reason) ?? 0) + 1);
    }
    for (const [reason, count] of reasons) {
      report(
        `value-${reason}`,
        'error',
        `${count} of the label ${label}'s ${counted(values.size)} refused: ${reason}.`,
        label,
      );
    }
  }
}

function checkSize({ series, labels }: AuditedFamily, maxSeries: number, report: Report): void {
  if (series <= maxSeries) return;
  const [widest] = [...labels].toSorted(([, a], [, b]) => b.size - a.size);
  const hint = widest === undefined ? '' : ` The label ${widest[0]} has ${counted(widest[1].size)}.`;
  report('too-many-series', 'error', `${series} series, more than ${maxSeries}.${hint}`);
}

function counted(values: number): string {
  return values === 1 ? '1 value' : `${values} values`;
}
