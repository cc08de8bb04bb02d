/** The methods that are labels: RFC 9110's, and PATCH (RFC 5789). All others are `other`, which is the last one. */
export const METHOD_LABELS = [
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'PATCH',
  'DELETE',
  'OPTIONS',
  'CONNECT',
  'TRACE',
  'other',
] as const;

const OTHER = METHOD_LABELS.length - 1;
const INDEX: ReadonlyMap<string, number> = new Map(METHOD_LABELS.slice(0, OTHER).map((name, i) => [name, i]));

/** Where a method's label is in `METHOD_LABELS`. Methods are case-sensitive: `get` is another one. */
export function methodIndex(method: string | undefined): number {
  return method === 'GET' ? 0 : (INDEX.get(method ?? '') ?? OTHER);
}
