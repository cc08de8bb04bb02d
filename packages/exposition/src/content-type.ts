/** `Content-Type` of what `renderText` returns. */
export const CONTENT_TYPE_TEXT = 'text/plain; version=0.0.4; charset=utf-8';

/** `Content-Type` of what `renderOpenMetrics` returns. */
export const CONTENT_TYPE_OPENMETRICS = 'application/openmetrics-text; version=1.0.0; charset=utf-8';
