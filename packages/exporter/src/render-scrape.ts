import type { OutgoingHttpHeaders } from 'node:http';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';

import {
  CONTENT_TYPE_OPENMETRICS,
  CONTENT_TYPE_TEXT,
  renderOpenMetrics,
  renderText,
} from '@promshard/exposition';

import { acceptsGzip, negotiateFormat, type ScrapeFormat } from './negotiate.js';
import type { ExposedFamilies } from './self-metrics.js';

const compress = promisify(gzip);

const FORMATS: Record<ScrapeFormat, { contentType: string; render: (exposed: ExposedFamilies) => string }> = {
  text: { contentType: CONTENT_TYPE_TEXT, render: renderText },
  openmetrics: { contentType: CONTENT_TYPE_OPENMETRICS, render: renderOpenMetrics },
};

/** What a client says that it takes. */
export interface ScrapeWishes {
  /** The `Accept` header. */
  readonly accept: string | undefined;
  /** The `Accept-Encoding` header. */
  readonly acceptEncoding: string | undefined;
}

/** A rendered scrape with the headers that describe it. */
export interface RenderedScrape {
  readonly headers: OutgoingHttpHeaders;
  readonly body: Buffer;
}

/** Renders families in the format and coding that the client prefers. */
export async function renderScrape(
  exposed: ExposedFamilies,
  { accept, acceptEncoding }: ScrapeWishes,
): Promise<RenderedScrape> {
  const { contentType, render } = FORMATS[negotiateFormat(accept)];
  const text = Buffer.from(render(exposed));
  const headers = { 'content-type': contentType, vary: 'Accept, Accept-Encoding' };
  if (!acceptsGzip(acceptEncoding)) return { headers, body: text };
  return { headers: { ...headers, 'content-encoding': 'gzip' }, body: await compress(text) };
}
