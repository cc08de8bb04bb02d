import type { MetricAllowance } from '../settings/guard-config.js';

/** What an allowance is matched against. */
export interface MetricSubject {
  readonly metric: string;
  readonly code: string;
  readonly label?: string | undefined;
}

/** Findings about metrics that are right as they are, by the configuration; it remembers what was of use. */
export class MetricAllowances {
  readonly #allowances: readonly MetricAllowance[];
  readonly #used = new Set<MetricAllowance>();

  constructor(allowances: readonly MetricAllowance[]) {
    this.#allowances = allowances;
  }

  covers({ metric, code, label }: MetricSubject): boolean {
    const found = this.#allowances.filter(
      (allowance) =>
        matches(allowance.metric, metric) &&
        (allowance.code === undefined || allowance.code === code) &&
        (allowance.label === undefined || allowance.label === label),
    );
    for (const allowance of found) this.#used.add(allowance);
    return found.length > 0;
  }

  /** Allowances that allowed nothing. */
  unused(): readonly MetricAllowance[] {
    return this.#allowances.filter((allowance) => !this.#used.has(allowance));
  }
}

/** `*` stands for any part of a name. */
function matches(pattern: string, name: string): boolean {
  const parts = pattern.split('*');
  const [first = '', ...rest] = parts;
  if (!name.startsWith(first)) return false;
  let at = first.length;
  for (const [index, part] of rest.entries()) {
    const isLast = index === rest.length - 1;
    const found = isLast ? name.length - part.length : name.indexOf(part, at);
    if (found < at || !name.startsWith(part, found)) return false;
    at = found + part.length;
  }
  return at === name.length;
}
