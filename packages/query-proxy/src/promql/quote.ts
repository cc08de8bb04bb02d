/**
 * A string literal of PromQL, which follows Go's rules for interpreted string literals
 * (https://prometheus.io/docs/prometheus/latest/querying/basics/#string-literals): every escape that JSON
 * writes is one of Go's.
 */
export function quoteString(value: string): string {
  return JSON.stringify(value);
}

/** A regular expression of RE2 that matches exactly one of the values (the metacharacters of Go's `regexp.QuoteMeta`). */
export function alternation(values: readonly string[]): string {
  return values.map((value) => value.replaceAll(/[\\.+*?()|[\]{}^$]/g, String.raw`\$&`)).join('|');
}

/** Whether a text can be written in UTF-8 as it is: it has no half of a surrogate pair. */
export function isWellFormed(text: string): boolean {
  return !/\p{Surrogate}/u.test(text);
}
