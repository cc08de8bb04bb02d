import { parseAccept, type AcceptItem } from './accept-header.js';

/** The formats that the exporter speaks. */
export type ScrapeFormat = 'text' | 'openmetrics';

interface Offer {
  readonly format: ScrapeFormat;
  readonly type: string;
  readonly versions: readonly string[];
}

// In order of preference among equal weights, but for wildcards, which get the first.
const OFFERS: readonly Offer[] = [
  { format: 'text', type: 'text/plain', versions: ['0.0.4'] },
  { format: 'openmetrics', type: 'application/openmetrics-text', versions: ['1.0.0', '0.0.1'] },
];

/**
 * Chooses the format for an `Accept` header: the highest weight wins, of equal weights the element that stands first.
 * No header, wildcards, and headers that nothing matches get text, as Prometheus's own exporters answer: a
 * scrape in the wrong format is worth more than a 406.
 */
export function negotiateFormat(header: string | undefined): ScrapeFormat {
  if (header === undefined) return 'text';
  let best: { format: ScrapeFormat; q: number } = { format: 'text', q: 0 };
  for (const item of parseAccept(header)) {
    const offer = OFFERS.find((candidate) => matches(item, candidate));
    if (offer !== undefined && item.q > best.q) best = { format: offer.format, q: item.q };
  }
  return best.format;
}

function matches(item: AcceptItem, offer: Offer): boolean {
  const [type] = offer.type.split('/');
  if (item.value === '*/*' || item.value === `${type}/*`) return true;
  const version = item.parameters.get('version');
  return item.value === offer.type && (version === undefined || offer.versions.includes(version));
}

/** Says whether a client takes gzip: `gzip` or `*` with a weight above 0 (RFC 9110, section 12.5.3). */
export function acceptsGzip(header: string | undefined): boolean {
  if (header === undefined) return false;
  const items = parseAccept(header);
  const item = items.find(({ value }) => value === 'gzip') ?? items.find(({ value }) => value === '*');
  return item !== undefined && item.q > 0;
}
