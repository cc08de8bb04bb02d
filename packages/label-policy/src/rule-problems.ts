import { VALUE_DETECTORS } from './detectors/registry.js';
import type { CommonRules, PolicyRules } from './policy-rules.js';
import { isAction } from './violation-action.js';

const KNOWN_RULES: ReadonlySet<string> = new Set([
  'mode',
  'labels',
  'maxSeriesPerMetric',
  'maxSeriesPerProcess',
  'seriesBudgets',
  'forbiddenNames',
  'allowNames',
  'valueChecks',
  'maxValueLength',
  'onViolation',
  'onViolationOf',
] satisfies (keyof PolicyRules)[]);

/** Rules that do not exist, bounds that are no positive whole numbers, exceptions without a reason. */
export function ruleProblems(rules: PolicyRules): string[] {
  const { maxSeriesPerMetric, maxSeriesPerProcess, maxValueLength } = rules;
  const budgets = Object.entries(rules.seriesBudgets ?? {}).map(([metric, budget]) => [
    `seriesBudgets.${metric}`,
    budget,
  ]);
  return [
    ...Object.keys(rules)
      .filter((rule) => !KNOWN_RULES.has(rule))
      .map((rule) => `${rule} is no rule; expected some of ${[...KNOWN_RULES].join(', ')}`),
    ...modeProblems(rules),
    ...boundProblems({ maxSeriesPerMetric, maxSeriesPerProcess, maxValueLength }),
    ...boundProblems(Object.fromEntries(budgets) as Record<string, number>),
    ...reasonProblems(rules),
    ...actionProblems(rules),
  ];
}

function modeProblems({ mode, labels }: PolicyRules): string[] {
  if (mode !== undefined && mode !== 'standard' && mode !== 'strict') {
    return ["mode is unknown; expected 'standard' or 'strict'"];
  }
  if (mode === 'strict' && (typeof labels !== 'object' || labels === null)) {
    return ['labels is missing; strict mode needs it, for example labels: { ok: boolean() }'];
  }
  return [];
}

function boundProblems(bounds: Readonly<Record<string, number | undefined>>): string[] {
  return Object.entries(bounds)
    .filter(([, bound]) => bound !== undefined && (!Number.isSafeInteger(bound) || bound < 1))
    .map(
      ([name, bound]) =>
        `${name} is ${String(bound)}; expected a whole number from 1, for example ${name}: 500`,
    );
}

function reasonProblems({ allowNames = {}, valueChecks = {} }: CommonRules): string[] {
  const known = new Set<string>(VALUE_DETECTORS.map(({ reason }) => reason));
  return [
    ...Object.entries(allowNames)
      .filter(([, reason]) => !isReason(reason))
      .map(
        ([name]) =>
          `allowNames.${name} has no reason; expected a sentence that says why the name is safe here`,
      ),
    ...Object.entries(valueChecks)
      .filter(([name, rule]) => known.has(name) && rule !== undefined && !isReason(rule.offBecause))
      .map(
        ([name]) =>
          `valueChecks.${name} has no reason; expected { offBecause: 'why such values are safe here' }`,
      ),
    ...Object.keys(valueChecks)
      .filter((name) => !known.has(name))
      .map((name) => `valueChecks.${name} names no check; expected one of ${[...known].join(', ')}`),
  ];
}

function actionProblems({ onViolation, onViolationOf = {} }: CommonRules): string[] {
  return Object.entries({ onViolation, ...prefixed(onViolationOf) })
    .filter(([, action]) => action !== undefined && !isAction(action))
    .map(([name]) => `${name} is no action; expected 'replace', 'drop' or keyedHash({ key })`);
}

function prefixed(actions: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(actions).map(([label, action]) => [`onViolationOf.${label}`, action]),
  );
}

function isReason(text: unknown): boolean {
  return typeof text === 'string' && text.trim() !== '';
}
