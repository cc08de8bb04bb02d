import type { EnforcedMatcher } from './promql/enforce-matchers.js';
import { enforceMatchers } from './promql/enforce-matchers.js';
import { parsePromql } from './promql/parse-promql.js';
import { Refusal } from './refusal.js';
import type { Upstream } from './upstream.js';

/** A service as scrapes see it. */
export interface Service {
  readonly name: string;
  /** Targets that are scraped. */
  readonly instances: number;
  /** Those whose last scrape succeeded. */
  readonly up: number;
}

/**
 * The services that a caller may see, by name: the values of a label of `up`, which every scrape writes
 * (https://prometheus.io/docs/concepts/jobs_instances/).
 *
 * @throws Refusal as {@link Upstream.ask} does.
 */
export async function listServices(
  upstream: Upstream,
  label: string,
  matchers: readonly EnforcedMatcher[],
  signal: AbortSignal,
): Promise<readonly Service[]> {
  const [instances, up] = await Promise.all(
    ['count', 'sum'].map(async (operator) => {
      const expression = parsePromql(`${operator} by (${label}) (up)`);
      const query = expression && enforceMatchers(expression, matchers);
      if (query === undefined) throw new Refusal('internal', 'the services cannot be asked for');
      return readVector(await upstream.ask('query', { query }, signal), label);
    }),
  );
  return [...(instances ?? [])]
    .map(([name, count]) => ({ name, instances: count, up: up?.get(name) ?? 0 }))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

function readVector(bytes: Uint8Array, label: string): ReadonlyMap<string, number> {
  try {
    const body = JSON.parse(new TextDecoder().decode(bytes)) as {
      data: { result: readonly { metric: Record<string, string>; value: readonly [number, string] }[] };
    };
    return new Map(body.data.result.map(({ metric, value }) => [metric[label] ?? '', Number(value[1])]));
  } catch {
    throw new Refusal('upstream_failed', 'the metrics server answered with something else than data');
  }
}
