import type { NameViolationReason, ValueViolationReason } from './label-policy.js';
import type { LabelDomain } from './policy-rules.js';

/** The declared labels of a strict policy. */
export type LabelDomains = ReadonlyMap<string, ReadonlySet<string> | 'checked'>;

/** Copies the declared labels, so that nobody changes them later. */
export function readDomains(labels: Readonly<Record<string, LabelDomain>>): LabelDomains {
  return new Map(
    Object.entries(labels).map(([name, domain]) => [name, domain === 'checked' ? domain : new Set(domain)]),
  );
}

/** Whether a declared label may take a value; an undeclared one takes none. */
export function isInDomain(domains: LabelDomains, labelName: string, value: string): boolean {
  const domain = domains.get(labelName);
  return domain === 'checked' || domain?.has(value) === true;
}

/** Declared names and values that the policy's other rules refuse. Values are named by position. */
export function domainProblems(
  domains: LabelDomains,
  judgeName: (name: string) => NameViolationReason | undefined,
  judgeValue: (value: string) => ValueViolationReason | undefined,
): string[] {
  const problems: string[] = [];
  for (const [name, domain] of domains) {
    const nameReason = judgeName(name);
    if (nameReason !== undefined) problems.push(`labels.${name} is refused as a name: ${nameReason}`);
    if (domain === 'checked') continue;
    for (const [position, value] of [...domain].entries()) {
      const reason = judgeValue(value);
      if (reason !== undefined) problems.push(`labels.${name}[${position}] is refused as a value: ${reason}`);
    }
  }
  return problems;
}
