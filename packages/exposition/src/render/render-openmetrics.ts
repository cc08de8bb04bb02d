import type { EscapingScheme } from '../escape-name.js';
import type { Exposable } from '../model.js';
import type { RenderOptions } from './left-out.js';
import { renderChunks } from './render-chunks.js';

/** How to write OpenMetrics. */
export interface RenderOpenMetricsOptions extends RenderOptions {
  /** How names outside of `[a-zA-Z0-9_:]` are written; `underscores` by default. The content type has to name any other. */
  readonly escaping?: EscapingScheme;
}

/**
 * Writes OpenMetrics 1.0, ending in `# EOF` and a newline.
 *
 * Families and samples keep their order. A unit is declared where it is the last word of the name; exemplars are
 * written on `_total` and `_bucket` alone, up to 128 code points and within their bucket. Values are not judged.
 * Does not throw on any families: what would make the output invalid is left out and told to `onLeftOut`. A gauge
 * `jobs` beside a counter `jobs_total` is such a thing here, though not in text.
 *
 * @returns The whole exposition. `renderChunks` gives it in pieces.
 */
export function renderOpenMetrics(snapshot: Exposable, options: RenderOpenMetricsOptions = {}): string {
  const { escaping = 'underscores' } = options;
  return [...renderChunks(snapshot, { format: 'openmetrics', version: '1.0.0', escaping }, options)].join('');
}
