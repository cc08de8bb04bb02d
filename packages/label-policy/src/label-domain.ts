import type { LinearPattern } from './linear-pattern.js';
import type { REPLACED_VALUE } from './label-policy.js';
import type { RouteTable } from './route-table.js';

declare const VALUE: unique symbol;

/**
 * The values that a declared label may have. Made by {@link oneOf}, {@link boolean}, {@link statusClass},
 * {@link routes} and {@link bounded}.
 *
 * @typeParam V - The type of the values, for metrics that are typed by a policy.
 */
export type LabelDomain<V extends string = string> = DomainKind & { readonly [VALUE]?: V };

/** What a domain is made of. */
export type DomainKind =
  | { readonly kind: 'values'; readonly values: ReadonlySet<string> }
  | { readonly kind: 'routes'; readonly table: RouteTable }
  | { readonly kind: 'bounded'; readonly pattern: LinearPattern; readonly maxDistinct: number };

/** The type of a label's values, by label. */
export type DomainTypes = Readonly<Record<string, string>>;

/** The type that a declaration gives each label; a refused value is among them. */
export type TypesOf<D extends Readonly<Record<string, LabelDomain | readonly string[]>>> = {
  readonly [K in keyof D]: ValueOf<D[K]> | typeof REPLACED_VALUE;
};

type ValueOf<D> = D extends readonly (infer V extends string)[]
  ? V
  : D extends LabelDomain<infer V>
    ? V
    : never;

declare const CHECKED: unique symbol;

/** A text of which a policy has said that it is one of a bounded label; given by `policy.value(label, text)`. */
export type CheckedValue = string & { readonly [CHECKED]: true };

/** Whether a domain holds a value. */
export function isInDomain(domain: DomainKind, value: string): boolean {
  switch (domain.kind) {
    case 'values':
      return domain.values.has(value);
    case 'routes':
      return domain.table.templates.has(value);
    case 'bounded':
      return domain.pattern.matches(value);
    default:
      return domain satisfies never;
  }
}

/** How many values a domain has at most. */
export function sizeOf(domain: DomainKind): number {
  switch (domain.kind) {
    case 'values':
      return domain.values.size;
    case 'routes':
      return domain.table.templates.size;
    case 'bounded':
      return domain.maxDistinct;
    default:
      return domain satisfies never;
  }
}

/** The values that are known beforehand. */
export function listedValues(domain: DomainKind): Iterable<string> {
  switch (domain.kind) {
    case 'values':
      return domain.values;
    case 'routes':
      return domain.table.templates;
    case 'bounded':
      return [];
    default:
      return domain satisfies never;
  }
}
