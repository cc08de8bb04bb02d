import { ESCAPING_SCHEMES, type EscapingScheme, type WireFormat } from '@promshard/exposition';

import { parseAccept, type AcceptItem } from './accept-header.js';

const TEXT: WireFormat = { format: 'text', version: '0.0.4' };

/**
 * Chooses the format for an `Accept` header: the highest weight wins, of equal weights the element that stands first.
 * No header, wildcards, and headers that nothing matches get text 0.0.4, as Prometheus's own exporters answer: a
 * scrape in the wrong format is worth more than a 406.
 *
 * Text 1.0.0 and OpenMetrics escape names as the element's `escaping` says, with underscores where it says nothing or
 * what is no scheme (Prometheus, "Scrape protocol content negotiation").
 */
export function negotiateFormat(header: string | undefined): WireFormat {
  let best: { format: WireFormat; q: number } = { format: TEXT, q: 0 };
  for (const item of parseAccept(header ?? '')) {
    const format = formatOf(item);
    if (format !== undefined && item.q > best.q) best = { format, q: item.q };
  }
  return best.format;
}

function formatOf({ value, parameters }: AcceptItem): WireFormat | undefined {
  const version = parameters.get('version');
  const escaping = escapingOf(parameters.get('escaping'));
  switch (value) {
    case '*/*':
    case 'text/*':
      return TEXT;
    case 'text/plain':
      if (version === undefined || version === '0.0.4') return TEXT;
      return version === '1.0.0'
        ? { format: 'text', version: '1.0.0', escaping: escaping ?? 'underscores' }
        : undefined;
    case 'application/*':
      return { format: 'openmetrics', version: '1.0.0' };
    case 'application/openmetrics-text':
      if (version !== undefined && version !== '1.0.0' && version !== '0.0.1') return undefined;
      // 0.0.1 is an early name of the same format, and knows of no escaping.
      return version === '0.0.1' || escaping === undefined
        ? { format: 'openmetrics', version: '1.0.0' }
        : { format: 'openmetrics', version: '1.0.0', escaping };
    default:
      return undefined;
  }
}

function escapingOf(parameter: string | undefined): EscapingScheme | undefined {
  return ESCAPING_SCHEMES.find((scheme) => scheme === parameter);
}

/** Says whether a client takes gzip: `gzip` or `*` with a weight above 0 (RFC 9110, section 12.5.3). */
export function acceptsGzip(header: string | undefined): boolean {
  if (header === undefined) return false;
  const items = parseAccept(header);
  const item = items.find(({ value }) => value === 'gzip') ?? items.find(({ value }) => value === '*');
  return item !== undefined && item.q > 0;
}
