/**
 * A text that label sets have in common if and only if they are equal, in whatever order.
 *
 * @param without - A label that is passed over.
 */
export function seriesKey(labels: Readonly<Record<string, unknown>>, without?: string): string {
  const names = Object.keys(labels);
  if (names.length > 1) names.sort();
  let key = '';
  for (const name of names) {
    const value = labels[name];
    if (name === without || value === undefined) continue;
    // A name has no colon; the length tells where the value ends.
    // oxlint-disable-next-line typescript/no-base-to-string -- whatever is given; prom-client's `${value}`
    const text = String(value);
    key += `${name}:${text.length}:${text}`;
  }
  return key;
}
