/** A text that label sets have in common if and only if they are equal, in whatever order. */
export function seriesKey(labels: Readonly<Record<string, unknown>>): string {
  const names = Object.keys(labels).filter((name) => labels[name] !== undefined);
  return JSON.stringify(names.toSorted().map((name) => [name, String(labels[name])]));
}
