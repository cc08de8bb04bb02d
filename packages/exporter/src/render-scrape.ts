import type { OutgoingHttpHeaders } from 'node:http';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';

import { contentType, type LeftOut, renderBytes, RenderMemory } from '@promshard/exposition';

import type { BodyPieces } from './answer.js';
import { beginBody } from './begin-body.js';
import { acceptsGzip, negotiateFormat } from './negotiate.js';
import type { ExposedFamilies } from './self-metrics.js';

const compress = promisify(gzip);

/** What a client says that it takes. */
export interface ScrapeWishes {
  /** Families asked for by name; none asks for all. */
  readonly names: readonly string[];
  /** The `Accept` header. */
  readonly accept: string | undefined;
  /** The `Accept-Encoding` header. */
  readonly acceptEncoding: string | undefined;
}

/** A rendered scrape with the headers that describe it. */
export interface RenderedScrape {
  readonly headers: OutgoingHttpHeaders;
  readonly body: Buffer | BodyPieces;
}

/** Renders families in the format and coding that a client prefers. */
export type ScrapeRenderer = (exposed: ExposedFamilies, wishes: ScrapeWishes) => Promise<RenderedScrape>;

/**
 * Makes a renderer that keeps what repeats from one whole scrape to the next.
 *
 * An exposition of up to a megabyte is one body, with its length; whoever joined the same scrape gets the same bytes, so that
 * requests that pile up cost one rendering. A larger one is made while the client reads it.
 *
 * @param onLeftOut - Told of what would have made an answer invalid, each time that it is left out.
 */
export function createScrapeRenderer(onLeftOut?: (leftOut: LeftOut) => void): ScrapeRenderer {
  const memory = new RenderMemory();
  const made = new WeakMap<ExposedFamilies, Map<string, RenderedScrape>>();
  return async (exposed, { names, accept, acceptEncoding }) => {
    const format = negotiateFormat(accept);
    const zip = acceptsGzip(acceptEncoding);
    const forms = made.get(exposed) ?? new Map<string, RenderedScrape>();
    made.set(exposed, forms);
    const form = JSON.stringify([format, zip]);
    const same = forms.get(form);
    if (same !== undefined) return same;
    const options = {
      ...(onLeftOut === undefined ? {} : { onLeftOut }),
      // A scrape of some families would make the memory forget the others.
      ...(names.length > 0 ? {} : { memory }),
    };
    const begun = beginBody(renderBytes(exposed, format, options));
    const headers = { 'content-type': contentType(format), vary: 'Accept, Accept-Encoding' };
    const zipHeaders = zip ? { ...headers, 'content-encoding': 'gzip' } : headers;
    if (begun.kind === 'pieces') return { headers: zipHeaders, body: { pieces: begun.pieces, gzip: zip } };
    const whole = { headers: zipHeaders, body: zip ? await compress(begun.bytes) : begun.bytes };
    forms.set(form, whole);
    return whole;
  };
}
