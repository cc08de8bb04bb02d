import { domainProblems, type LabelDomains, readDomains } from './declared-labels.js';
import { prepareNameChecks } from './judge-name.js';
import { prepareValueChecks } from './judge-value.js';
import { isInDomain, sizeOf, type TypesOf } from './label-domain.js';
import {
  type BudgetViolation,
  type LabelPolicy,
  type LabelViolation,
  OVERFLOW_VALUE,
  REPLACED_VALUE,
} from './label-policy.js';
import { placeholdersFor, withoutQuery } from './normalize-route.js';
import { LabelPolicyError } from './policy-error.js';
import type { DeclaredLabels, PolicyRules, StandardRules, StrictRules } from './policy-rules.js';
import type { RouteTable } from './route-table.js';
import { ruleProblems } from './rule-problems.js';
import { act, PSEUDONYM, type ViolationAction } from './violation-action.js';

const DEFAULT_MAX_SERIES_PER_METRIC = 2000;
const DEFAULT_MAX_SERIES_PER_PROCESS = 20_000;
const DEFAULT_MAX_ROUTE_LENGTH = 256;

/** Values that the library itself puts in. */
const OWN_VALUES: ReadonlySet<string> = new Set([REPLACED_VALUE, OVERFLOW_VALUE]);

/**
 * Makes a policy.
 *
 * @param rules - Nothing for the standard ones.
 * @throws {@link LabelPolicyError} with every problem at once: bounds that are no positive whole numbers, an
 *   exception without a reason, a label without declared values, a declared label or value that the other rules
 *   refuse.
 */
export function definePolicy<const D extends DeclaredLabels>(
  rules: StrictRules<D>,
): LabelPolicy<TypesOf<D>> & { readonly mode: 'strict' };
export function definePolicy<const D extends DeclaredLabels = DeclaredLabels>(
  rules?: StandardRules<D>,
): LabelPolicy<TypesOf<D>>;
export function definePolicy(rules: PolicyRules): LabelPolicy;
export function definePolicy(rules: PolicyRules = {}): LabelPolicy {
  const { mode = 'standard', onViolation = 'replace' } = rules;
  const maxSeriesPerMetric = rules.maxSeriesPerMetric ?? DEFAULT_MAX_SERIES_PER_METRIC;
  const maxSeriesPerProcess = rules.maxSeriesPerProcess ?? DEFAULT_MAX_SERIES_PER_PROCESS;
  const budgets = new Map(Object.entries(rules.seriesBudgets ?? {}));
  const actions = new Map<string, ViolationAction>(Object.entries(rules.onViolationOf ?? {}));
  const judgeName = prepareNameChecks(rules);
  const judgeValue = prepareValueChecks(rules);
  const problems = [...ruleProblems(rules), ...domainProblems(rules.labels, judgeName, judgeValue)];
  if (problems.length > 0) throw new LabelPolicyError(problems);
  const domains = readDomains(rules.labels);
  const tables = routeTables(domains);

  const actionOf = (labelName: string): ViolationAction => actions.get(labelName) ?? onViolation;
  const seriesBudget = (metric: string): number => budgets.get(metric) ?? maxSeriesPerMetric;

  const checkValue = (labelName: string, value: string): LabelViolation | undefined => {
    if (OWN_VALUES.has(value)) return undefined;
    const domain = domains.get(labelName);
    // Listed values were judged when the policy was defined.
    if (domain !== undefined && domain.kind !== 'bounded' && isInDomain(domain, value)) return undefined;
    let reason = judgeValue(labelName, value);
    const isFree = domain === undefined ? mode === 'standard' : isInDomain(domain, value);
    if (reason === undefined && !isFree && !isPseudonym(actionOf(labelName), value))
      reason = 'undeclared-value';
    return reason && { reason, labelName };
  };

  const substitute = (labelName: string, value: string): string | undefined => {
    const domain = domains.get(labelName);
    const template = domain?.kind === 'routes' ? domain.table.find(withoutQuery(value)) : undefined;
    return template ?? act(actionOf(labelName), labelName, value);
  };

  const normalizeRoute = (path: string): string => {
    const pathname = withoutQuery(path);
    for (const table of tables) {
      const template = table.find(pathname);
      if (template !== undefined) return template;
    }
    if (tables.length > 0 || mode === 'strict') return REPLACED_VALUE;
    const route = placeholdersFor(pathname);
    return route.length > (rules.maxValueLength ?? DEFAULT_MAX_ROUTE_LENGTH) ? REPLACED_VALUE : route;
  };

  return Object.freeze({
    mode,
    maxSeriesPerMetric,
    maxSeriesPerProcess,
    seriesBudget,
    checkName: (labelName: string): LabelViolation | undefined => {
      let reason = judgeName(labelName);
      if (reason === undefined && mode === 'strict' && !domains.has(labelName)) reason = 'undeclared-name';
      return reason && { reason, labelName };
    },
    checkBudget: (metric: string, labelNames: readonly string[]): BudgetViolation | undefined =>
      judgeBudget(metric, labelNames, domains, seriesBudget(metric)),
    checkValue,
    substitute,
    maxDistinct: (labelName: string): number | undefined => {
      const domain = domains.get(labelName);
      return domain?.kind === 'bounded' ? domain.maxDistinct : undefined;
    },
    value: (labelName: string, text: string): string =>
      checkValue(labelName, text) === undefined ? text : (substitute(labelName, text) ?? REPLACED_VALUE),
    normalizeRoute,
  });
}

function routeTables(domains: LabelDomains): RouteTable[] {
  return [...domains.values()].flatMap((domain) => (domain.kind === 'routes' ? [domain.table] : []));
}

function isPseudonym(action: ViolationAction, value: string): boolean {
  return typeof action === 'object' && PSEUDONYM.test(value);
}

/** Labels without a domain can only make it more: what is too much without them is too much. */
function judgeBudget(
  metric: string,
  labelNames: readonly string[],
  domains: LabelDomains,
  budget: number,
): BudgetViolation | undefined {
  const sizes = labelNames.flatMap((name): (readonly [string, number])[] => {
    const domain = domains.get(name);
    return domain === undefined ? [] : [[name, sizeOf(domain)]];
  });
  const series = sizes.reduce((product, [, size]) => product * size, 1);
  return series > budget ? { reason: 'over-budget', metric, sizes, series, budget } : undefined;
}
