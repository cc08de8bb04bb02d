import { type MetricFamily, parseExposition } from '@promshard/exposition';

/** Reads a `/metrics` endpoint with a strict parser. */
export async function scrape(baseUrl: string): Promise<readonly MetricFamily[]> {
  const response = await fetch(`${baseUrl}/metrics`);
  if (!response.ok) throw new Error(`${baseUrl}/metrics answered ${response.status}.`);
  return parseExposition(await response.text()).families;
}

/**
 * The sum over the series of one sample name; 0 if there are none.
 *
 * @param keep - Takes the labels of a series and decides whether it is added; every series by default.
 */
export function total(
  families: readonly MetricFamily[],
  sampleName: string,
  keep: (labels: Readonly<Record<string, string>>) => boolean = () => true,
): number {
  return families
    .flatMap((family) => family.samples)
    .filter((sample) => sample.name === sampleName && keep(Object.fromEntries(sample.labels)))
    .reduce((sum, sample) => sum + sample.value, 0);
}
