import type { EscapingScheme } from './escape-name.js';

/**
 * A format as the wire has it, with what its content type says. Text 0.0.4 escapes with underscores; OpenMetrics
 * does too where nothing else was agreed on.
 */
export type WireFormat =
  | { readonly format: 'text'; readonly version: '0.0.4' }
  | { readonly format: 'text'; readonly version: '1.0.0'; readonly escaping: EscapingScheme }
  | { readonly format: 'openmetrics'; readonly version: '1.0.0'; readonly escaping?: EscapingScheme };

/** The scheme that a format's names are escaped with. */
export function escapingOf(format: WireFormat): EscapingScheme {
  return ('escaping' in format ? format.escaping : undefined) ?? 'underscores';
}

/** The `Content-Type` header of a format. Text 1.0.0 always names its escaping; OpenMetrics where it was agreed on. */
export function contentType(format: WireFormat): string {
  const type = format.format === 'text' ? 'text/plain' : 'application/openmetrics-text';
  const escaping =
    'escaping' in format && format.escaping !== undefined ? `; escaping=${format.escaping}` : '';
  return `${type}; version=${format.version}; charset=utf-8${escaping}`;
}

/** `Content-Type` of what `renderText` returns, unless told to escape otherwise. */
export const CONTENT_TYPE_TEXT: string = contentType({ format: 'text', version: '0.0.4' });

/** `Content-Type` of what `renderOpenMetrics` returns, unless told to escape otherwise. */
export const CONTENT_TYPE_OPENMETRICS: string = contentType({ format: 'openmetrics', version: '1.0.0' });
