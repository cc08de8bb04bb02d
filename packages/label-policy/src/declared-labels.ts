import { type DomainKind, listedValues } from './label-domain.js';
import type { NameViolationReason, ValueViolationReason } from './label-policy.js';

/** The declared labels of a policy. */
export type LabelDomains = ReadonlyMap<string, DomainKind>;

/** Copies the declared labels, so that nobody changes them later; what is no domain is left out. */
export function readDomains(labels: Readonly<Record<string, unknown>> | undefined): LabelDomains {
  const domains = new Map<string, DomainKind>();
  for (const [name, declared] of Object.entries(labels ?? {})) {
    const domain = domainOf(declared);
    if (domain !== undefined) domains.set(name, domain);
  }
  return domains;
}

/** Declared names and values that the policy's other rules refuse, and free values. Values are named by position. */
export function domainProblems(
  labels: Readonly<Record<string, unknown>> | undefined,
  judgeName: (name: string) => NameViolationReason | undefined,
  judgeValue: (labelName: string, value: string) => ValueViolationReason | undefined,
): string[] {
  const problems: string[] = [];
  for (const [name, declared] of Object.entries(labels ?? {})) {
    const domain = domainOf(declared);
    const nameReason = judgeName(name);
    if (nameReason !== undefined) problems.push(`labels.${name} is refused as a name: ${nameReason}`);
    if (domain === undefined) {
      problems.push(
        `labels.${name} declares no values; expected oneOf(), boolean(), statusClass(), routes() or bounded()`,
      );
      continue;
    }
    for (const [position, value] of [...listedValues(domain)].entries()) {
      const reason = judgeValue(name, value);
      if (reason !== undefined) problems.push(`labels.${name}[${position}] is refused as a value: ${reason}`);
    }
  }
  return problems;
}

const KINDS: ReadonlySet<unknown> = new Set<DomainKind['kind']>(['values', 'routes', 'bounded']);

function domainOf(declared: unknown): DomainKind | undefined {
  if (Array.isArray(declared)) {
    const isList = declared.length > 0 && declared.every((value) => typeof value === 'string');
    return isList ? { kind: 'values', values: new Set<string>(declared) } : undefined;
  }
  if (typeof declared !== 'object' || declared === null || !('kind' in declared)) return undefined;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what has one of these kinds was made here
  return KINDS.has(declared.kind) ? (declared as DomainKind) : undefined;
}
