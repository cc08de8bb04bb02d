/** A node of a query's syntax tree, as Prometheus tells it under `/api/v1/parse_query`. */
export interface PromqlNode {
  readonly type: string;
  readonly name?: string;
  readonly matchers?: readonly { readonly name: string }[];
  readonly grouping?: readonly string[];
  readonly without?: boolean;
  readonly matching?: { readonly labels: readonly string[] } | null;
}

/** The metrics that a query selects, and the labels that it needs: those that it only drops need not be there. */
export function namesIn(node: PromqlNode): {
  readonly metrics: readonly string[];
  readonly labels: readonly string[];
} {
  const metrics: string[] = [];
  const labels: string[] = [];
  function visit(each: unknown): void {
    if (typeof each !== 'object' || each === null) return;
    const { type, name, matchers = [], grouping = [], without = false } = each as PromqlNode;
    if (type === 'vectorSelector' || type === 'matrixSelector') {
      if (name !== undefined) metrics.push(name);
      labels.push(...matchers.map((matcher) => matcher.name).filter((label) => label !== '__name__'));
    }
    if (type === 'aggregation' && !without) labels.push(...grouping);
    Object.values(each).forEach(visit);
  }
  visit(node);
  return { metrics, labels };
}
